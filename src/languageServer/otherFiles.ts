import { createEnvironmentsFileService } from '../language/environmentsFile/service.js';
import type { KongConfFacts } from '../language/kongConf/facts.js';
import { createKongConfService } from '../language/kongConf/service.js';
import type { ValidationRules } from '../language/rules.js';
import type { Gateway, LanguageService, TextSource } from '../language/service.js';
import { kongConfLanguageId } from './protocol.js';

/** A text, and what the client takes it for. */
interface NamedText extends TextSource {
  readonly languageId: string;
}

/** Finds who answers for a file that is not declarative; undefined for one that is nobody's. */
export type OtherFiles = (document: Pick<NamedText, 'languageId' | 'uri'>) => LanguageService | undefined;

export interface OtherFilesOptions {
  gateway(): Gateway;
  /** What a person decided about checks. */
  rules(): ValidationRules;
  /** What the client calls its environments file; the last part of the name. */
  environmentsFile?: string | undefined;
  /** True where the client has somebody else to say what is no YAML. */
  yamlIsChecked?: boolean | undefined;
}

/** The languages beside the declarative one. */
export function otherFiles({ gateway, rules, environmentsFile, yamlIsChecked }: OtherFilesOptions): OtherFiles {
  const kongConf = whole(createKongConfService(readKongConfFacts, gateway, rules));
  const environments = whole(createEnvironmentsFileService(() => yamlIsChecked !== true));
  const names = ['kong-environments.yaml', ...(environmentsFile === undefined ? [] : [environmentsFile])];
  const isEnvironments = ({ languageId, uri }: Pick<NamedText, 'languageId' | 'uri'>): boolean =>
    languageId === 'yaml' && names.some((name) => decodeURIComponent(uri).endsWith(`/${name}`));
  return (document) => {
    if (isKongConf(document)) return kongConf;
    return isEnvironments(document) ? environments : undefined;
  };
}

/** Loaded with the first kong.conf that is opened. */
async function readKongConfFacts(): Promise<KongConfFacts> {
  const { default: facts } = await import('../../schemas/kong-conf.json');
  return facts as KongConfFacts;
}

const isKongConf = ({ languageId, uri }: Pick<NamedText, 'languageId' | 'uri'>): boolean =>
  languageId === kongConfLanguageId || (languageId !== 'yaml' && /(^|[/.])kong\.conf(\.default)?$/.test(uri));

/** A service that answers nothing to the questions that it has no answer for. */
function whole(service: Partial<LanguageService>): LanguageService {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  return new Proxy(service, { get: (target, name) => Reflect.get(target, name) ?? nothing }) as LanguageService;
}
