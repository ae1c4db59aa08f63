import { joinRules, rulesFrom } from '../language/rules.js';
import type { ValidationRules } from '../language/rules.js';
import type { Gateway } from '../language/service.js';
import type { Surroundings } from './protocol.js';

/** What the client told of the gateway that the person works with. Nothing, of a client that tells nothing. */
export class KnownSurroundings {
  private current: Surroundings = {};

  constructor(private readonly changed: () => void) {}

  /** @param sent as it came; what is not understood is left out. */
  learn(sent: unknown): void {
    const before = JSON.stringify(this.current);
    this.current = surroundingsOf(sent);
    if (JSON.stringify(this.current) !== before) this.changed();
  }

  /** A setting goes before the environment, which goes before what is assumed when nobody says. */
  gateway(setting: string | undefined, assumed: string): Gateway {
    if (setting !== undefined) return { version: setting, source: 'setting' };
    const { environment } = this.current;
    if (environment?.gatewayVersion === undefined) return { version: assumed, source: 'assumed' };
    const { name, gatewayVersion: version, edition } = environment;
    return { version, source: 'environment', environment: name, ...(edition && { edition }) };
  }

  /** Plugins that the gateway says it has are there, whether or not we know their schemas. */
  get rules(): ValidationRules {
    return joinRules(rulesFrom(this.current.rules), { customPlugins: this.current.environment?.plugins ?? [] });
  }
}

function surroundingsOf(sent: unknown): Surroundings {
  const { environment, rules } = (sent ?? {}) as Surroundings;
  if (!environment || typeof environment.name !== 'string') return rules ? { rules } : {};
  const { name, gatewayVersion, plugins, edition } = environment;
  const isVersion = typeof gatewayVersion === 'string' && /^\d+\.\d+/.test(gatewayVersion);
  return {
    environment: {
      name,
      ...(isVersion && { gatewayVersion }),
      ...((edition === 'community' || edition === 'enterprise') && { edition }),
      ...(Array.isArray(plugins) && { plugins: plugins.filter((plugin) => typeof plugin === 'string') }),
    },
    ...(rules && { rules }),
  };
}
