/** What a gateway's proxy served since it started, by its Prometheus metrics. */
export interface Traffic {
  requests: number;
  /** Answered with 500 and above. */
  errors: number;
  /** Milliseconds that all requests took together, and how many that counts; absent where latency is not measured. */
  latency?: { sum: number; count: number };
}

const line = /^(\w+)(?:\{(.*)\})?\s+(\S+)/;
const requestNames = new Set(['kong_http_requests_total', 'kong_http_status']);
const latencyNames = ['kong_request_latency_ms', 'kong_latency'];

/** Reads Prometheus' text, with the names of Kong's plugin since 2.x. @returns undefined where nothing in it is about requests. */
export function readTraffic(text: string): Traffic | undefined {
  const traffic: Traffic = { requests: 0, errors: 0 };
  const latency = { sum: 0, count: 0 };
  let isKnown = false;
  for (const each of text.split('\n')) {
    const [, name = '', labels = '', value = ''] = line.exec(each) ?? [];
    const number = Number(value);
    if (!Number.isFinite(number)) continue;
    if (requestNames.has(name)) {
      isKnown = true;
      traffic.requests += number;
      if (/(?:^|,)code="5\d\d"/.test(labels)) traffic.errors += number;
    }
    const ofLatency = latencyNames.find((start) => name === `${start}_sum` || name === `${start}_count`);
    // The old name holds three kinds of latency in one.
    if (ofLatency === undefined || (ofLatency === 'kong_latency' && !labels.includes('type="request"'))) continue;
    latency[name.endsWith('_sum') ? 'sum' : 'count'] += number;
  }
  if (!isKnown) return undefined;
  return latency.count > 0 ? { ...traffic, latency } : traffic;
}

/** What was served between two readings. */
export interface TrafficShare {
  requests: number;
  /** 0 to 1; 0 without requests. */
  errorShare: number;
  /** Mean, milliseconds. */
  latency?: number;
}

export function trafficBetween(before: Traffic, after: Traffic): TrafficShare {
  // A gateway that was restarted counts from nothing again.
  const start = after.requests < before.requests ? { requests: 0, errors: 0 } : before;
  const requests = after.requests - start.requests;
  const errors = Math.max(0, after.errors - start.errors);
  const [was, is] = [start.latency ?? { sum: 0, count: 0 }, after.latency];
  const count = is ? is.count - was.count : 0;
  return {
    requests,
    errorShare: requests === 0 ? 0 : errors / requests,
    ...(is && count > 0 && { latency: Math.round((is.sum - was.sum) / count) }),
  };
}
