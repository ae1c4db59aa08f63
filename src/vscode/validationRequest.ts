import type { ValidationRequest } from '../app.js';
import type { Environment, GatewayInfo } from '../core/environment.js';
import type { EnvironmentStatuses } from './environmentStatuses.js';
import { readSettings } from './settings.js';

/** How a file is judged: by the settings, else by the environment that the person works with. The file's own comments come first. */
export function validationRequest(environment?: Environment, statuses?: EnvironmentStatuses): ValidationRequest {
  const { validationGatewayVersion, validationRules } = readSettings();
  const gateway = environment && statuses && gatewayOf(environment, statuses);
  const assumedVersion = validationGatewayVersion ?? gateway?.gatewayVersion;
  return {
    kind: 'auto',
    rules: {
      ...validationRules,
      customPlugins: [...(validationRules.customPlugins ?? []), ...(gateway?.plugins ?? [])],
    },
    ...(assumedVersion !== undefined && { assumedVersion }),
  };
}

/** What is known of an environment's gateway: what it answered, else what its entry says. */
export function gatewayOf(
  environment: Environment,
  statuses: EnvironmentStatuses,
): { gatewayVersion?: string; plugins?: string[]; edition?: GatewayInfo['edition'] } {
  const status = statuses.get(environment);
  if (status.state === 'reachable') {
    const { version, plugins, edition } = status.info;
    return { gatewayVersion: version, plugins, edition };
  }
  return environment.gatewayVersion === undefined ? {} : { gatewayVersion: environment.gatewayVersion };
}
