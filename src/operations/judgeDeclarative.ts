import type { DeclarativeJudge, JudgedFor } from '../core/declarativeJudge.js';
import { readDocument } from '../language/document.js';
import { findingsOf } from '../language/online/findings.js';
import { complaintsInFlattened } from '../language/online/flattenedErrors.js';
import { complaintsInKongText } from '../language/online/kongText.js';
import { entitiesOf } from '../language/online/questions.js';
import { type Diagnostic, validateDocument } from '../language/validate.js';
import type { SchemaSource } from '../schema/facts.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';

/** More help nobody. */
const most = 50;

/** Our own judgement of DB-less files, for drivers. */
export function createDeclarativeJudge(shipped: SchemaSource): DeclarativeJudge {
  return {
    async judge(text, gateway) {
      const facts = await shipped.facts(gateway.version);
      const how = { kind: 'dbless', facts, crypto: nodeCrypto, ...editionOf(gateway) } as const;
      const { diagnostics } = validateDocument(readDocument(text, isJson(text)), how);
      return shownErrors(diagnostics.filter((each) => !(gateway.database && needsDatabase(each))));
    },
    async locate(text, said, gateway) {
      const facts = await shipped.facts(gateway.version);
      const document = readDocument(text, isJson(text));
      const complaints =
        'answer' in said
          ? complaintsInFlattened(said.answer, document.value, entitiesOf(document, 'dbless', facts))
          : (complaintsInKongText(said.text, document.value) ?? []);
      if (complaints.length === 0) return [];
      const heard = findingsOf(complaints, [], { document, source: said.by });
      const how = { kind: 'dbless', facts, heard, ...editionOf(gateway) } as const;
      return shownErrors(validateDocument(document, how).diagnostics);
    },
  };
}

const editionOf = ({ edition }: JudgedFor): Pick<JudgedFor, 'edition'> => (edition ? { edition } : {});

const isJson = (text: string): boolean => text.trimStart().startsWith('{');

/** Policies and storages that only a gateway without a database refuses. */
const needsDatabase = ({ path, message }: Diagnostic): boolean =>
  /\.config\.(policy|storage)$/.test(path) && /expected one of/i.test(message);

function shownErrors(diagnostics: readonly Diagnostic[]): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const shown = errors.slice(0, most).map(({ range: { start }, path, message }) => {
    const place = `${start.line + 1}:${start.character + 1}`;
    return path === '' || message.includes(path) ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
  });
  return errors.length > most ? [...shown, `And ${errors.length - most} more.`] : shown;
}
