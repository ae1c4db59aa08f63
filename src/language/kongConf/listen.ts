const keepAlive = 'so_keepalive=(?:on|off|\\w*:\\w*:\\d*)';
const shared = ['ssl', 'proxy_protocol', 'bind', 'reuseport', 'backlog=\\d+', 'ipv6only=(?:on|off)', keepAlive];

/** What may stand behind an address, as patterns. */
const httpFlags = flagPattern([...shared, 'http2', 'deferred']);
const streamFlags = flagPattern([...shared, 'udp']);

function flagPattern(flags: readonly string[]): RegExp {
  return new RegExp(`^(?:${flags.join('|')})$`);
}

/** Words to offer behind an address. */
export const listenWords = ['ssl', 'http2', 'reuseport', 'proxy_protocol', 'deferred', 'bind', 'backlog=16384'];

/** What is wrong with an address to listen on, `0.0.0.0:8443 http2 ssl`; undefined when nothing is. */
export function listenFault(entry: string, isStream: boolean): string | undefined {
  const [address = '', ...words] = entry.split(/\s+/);
  const flags = isStream ? streamFlags : httpFlags;
  const strange = words.find((word) => !flags.test(word));
  if (strange !== undefined) return `\`${strange}\` is nothing that can stand behind an address to listen on.`;
  const [, host, port] = /^(\[[\da-fA-F:.]+\]|[^\s:[\]]+):(\d+)$/.exec(address) ?? [];
  if (host === undefined || port === undefined) {
    return `\`${address}\` is no address to listen on: write one such as \`0.0.0.0:8000\`, or \`off\`.`;
  }
  return Number(port) > 65_535 ? `There is no port ${port}: the last is 65535.` : undefined;
}
