export interface EstateEntity {
  /** On the Admin API, to POST it to. */
  path: string;
  body: object;
}

const id = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

/** In the order of levels: of ten entities three services, three routes, one plugin, two consumers, one key. */
export function gatewayEstate(count: number): EstateEntity[][] {
  const tens = Array.from({ length: Math.ceil(count / 10) }, (_, ten) => ten * 10);
  const three = [0, 1, 2];
  const services = tens.flatMap((ten) =>
    three.map((n) => ({ path: '/services', body: { id: id(ten + n), name: `service-${ten + n}`, host: 'a.test' } })),
  );
  const routes = tens.flatMap((ten) =>
    three.map((n) => ({
      path: '/routes',
      body: { id: id(ten + 3 + n), name: `route-${ten + n}`, paths: [`/p/${ten + n}`], service: { id: id(ten + n) } },
    })),
  );
  const consumers = tens.flatMap((ten) =>
    [6, 7].map((n) => ({ path: '/consumers', body: { id: id(ten + n), username: `consumer-${ten + n}` } })),
  );
  const plugins = tens.map((ten) => ({
    path: '/plugins',
    body: { id: id(ten + 8), name: 'key-auth', route: { id: id(ten + 3) }, config: { key_names: ['apikey'] } },
  }));
  const keys = tens.map((ten) => ({
    path: `/consumers/${id(ten + 6)}/key-auth`,
    body: { id: id(ten + 9), key: `key-${ten}` },
  }));
  return [services, routes, consumers, plugins, keys];
}

/** Another retry count in so many services. */
export const gatewayChanges = (count: number, retries: number): EstateEntity[] =>
  Array.from({ length: count }, (_, n) => ({ path: `/services/service-${n * 10}`, body: { retries } }));
