import { confCodes } from './kongConf/confCodes.js';

/** Every code a diagnostic of a declarative file can have, with what it means in one line. Codes never change their meaning. */
export const diagnosticCodes = {
  'yaml-syntax': 'The text is not YAML (or JSON), so Kong cannot read it.',
  'not-text': 'The file holds characters that no text file has: it is binary or in another encoding than UTF-8.',
  'line-too-long': 'A line is too long to be checked.',
  'too-large': 'The file is too large for the rare YAML that is in it.',
  'too-deep': 'Values are nested deeper than any Kong file needs.',
  'alias-cycle': 'An alias stands inside what it names.',
  'alias-bomb': 'The aliases unfold to more values than a gateway could hold.',
  'not-declarative':
    'The file is empty, a plain value or of another tool: a declarative file is a map with `_format_version`.',
  'more-findings': 'There is more to say than anybody would read: the first thousand findings are shown.',
  'further-document': 'Kong reads only the first YAML document of a file.',
  'duplicate-key': 'A key stands twice in one map: Kong takes the last.',
  'deck-only': 'decK reads this, a DB-less gateway refuses it.',
  'dbless-only': 'A DB-less gateway reads this, decK refuses it.',
  'unknown-field': 'Kong knows no such field here.',
  required: 'A field that Kong needs is missing or empty.',
  'wrong-type': 'The value is of another type than the field.',
  'not-in-enum': 'The value is not one of those that the field takes.',
  'out-of-range': 'The number is too small or too large.',
  'wrong-length': 'The text or list is too short or too long.',
  'wrong-format': 'The text does not have the form that the field needs.',
  'wrong-value': 'The field does not take this value.',
  'wrong-scope': 'The plugin cannot be applied to this.',
  'entity-check': 'Fields of the entity do not fit together.',
  'unknown-plugin': 'No plugin of this name is known.',
  'unresolved-reference': 'Nothing in the file has the name or id that is referred to.',
  'reference-mismatch': 'A nested entity names another parent than the one it stands in.',
  'not-unique': 'Another entity of the file has the same value where Kong allows it once.',
  'nested-snis': 'Kong up to 3.9 refuses SNIs inside a certificate when consumers hold basic-auth credentials.',
  'empty-file': 'The file names no entities: syncing it deletes everything.',
  'router-regex': "The router's engine takes no look-around and no back-references in regular expressions.",
  'unknown-schema': 'A plugin that you named, and whose schema is not at hand: its configuration is not checked.',
  'dropped-plugin': 'A DB-less gateway drops this plugin without a word.',
  'hashed-credential': 'A hash stands where a password belongs: loading it locks everybody out.',
  'plaintext-secret': 'A secret stands in clear where Kong could read it from a vault.',
  'unknown-memory': "The gateway's nginx may have no memory of this name.",
  'select-tags': 'Some entities carry the select tags of the file and some do not: decK manages all of them.',
  'deprecated-field': 'Kong still takes the field, but not for ever.',
  'regex-path': 'The path looks like a regular expression, and Kong 3.x takes it letter by letter.',
  'format-version': 'The file is in the format of Kong 2.x.',
  'unknown-comment': 'A `# kong-backup:` comment says nothing that is known.',
  'env-template': 'Only decK fills in `${{ env … }}`: Kong takes it literally.',
  'gateway-refuses': 'The gateway itself was asked, and does not take this.',
} as const;

export type DiagnosticCode = keyof typeof diagnosticCodes;

/** Every code of every language of ours: what settings and comments may name. */
export const knownCodes: ReadonlySet<string> = new Set([...Object.keys(diagnosticCodes), ...Object.keys(confCodes)]);
