import { isObject } from '../core/json.js';
import type { Json, JsonObject } from '../core/json.js';

/** A file of another tool, by what it is and what can be done with it. */
export interface OtherFormat {
  message: string;
  /** The key that it is told by. */
  key: string;
}

/** Tells files of other tools that people keep beside Kong's. A file with `_format_version` is Kong's, whatever else is in it. */
export function otherFormatOf(value: JsonObject): OtherFormat | undefined {
  if ('_format_version' in value) return undefined;
  return manifest(value) ?? openApi(value) ?? compose(value);
}

function manifest({ apiVersion, kind, data }: JsonObject): OtherFormat | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const holdsFile = isObject(data) && Object.values(data).some(isDeclarative);
  const advice = holdsFile
    ? 'It holds a declarative file under `data`: what can be checked is that text, in a file of its own.'
    : 'Kubernetes and the ingress controller read it; Kong and decK do not.';
  return { message: `This is a Kubernetes manifest (${kind}), and no declarative file. ${advice}`, key: 'apiVersion' };
}

const isDeclarative = (text: Json): boolean => typeof text === 'string' && text.includes('_format_version');

function openApi(value: JsonObject): OtherFormat | undefined {
  const key = ['openapi', 'swagger'].find((name) => typeof value[name] === 'string');
  if (key === undefined || !isObject(value['info'])) return undefined;
  const message =
    'This is an OpenAPI description, and no declarative file. `deck file openapi2kong` makes services and routes of it.';
  return { message, key };
}

function compose({ services }: JsonObject): OtherFormat | undefined {
  if (!isObject(services)) return undefined;
  const isContainer = (service: Json): boolean => isObject(service) && ('image' in service || 'build' in service);
  if (!Object.values(services).some(isContainer)) return undefined;
  return { message: 'This is a Docker Compose file, and no declarative file.', key: 'services' };
}
