import { ofString } from './format.js';

const utf8 = new TextEncoder();

/** @returns the place of the first byte that is no UTF-8: half of a pair of code units; undefined when all is well. */
function brokenUtf8(text: string): number | undefined {
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text);
  return lone ? utf8.encode(text.slice(0, lone.index)).length + 1 : undefined;
}

const notUtf8 = (text: string): string | undefined => {
  const at = brokenUtf8(text);
  return at === undefined ? undefined : `invalid utf-8 character sequence detected at position ${at}`;
};

/** Names allow any letter of any script, and of ASCII a few signs. */
export const name = ofString((value) => {
  const fault = notUtf8(value);
  if (fault !== undefined) return fault;
  return /^[A-Za-z0-9.\-_~\u0080-\uffff]+$/.test(value)
    ? undefined
    : `invalid value '${value}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;
});

const tagOf = (allowed: RegExp) =>
  ofString((value) => {
    const fault = notUtf8(value);
    if (fault !== undefined) return fault;
    return allowed.test(value)
      ? undefined
      : `invalid tag '${value}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`;
  });

export const tag = tagOf(/^[ !-+\-.0-~\u0080-\uffff]+$/);

export const tagWithoutBlanks = tagOf(/^[!-+\-.0-~\u0080-\uffff]+$/);

export const headerName = ofString((value) =>
  /^[A-Za-z0-9_-]+$/.test(value)
    ? undefined
    : `bad header name '${value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`,
);

export const cookieName = ofString((value) =>
  /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(value)
    ? undefined
    : `bad cookie name '${value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`,
);

/** A query argument or capture that an upstream hashes on. */
export const simpleName = ofString((value) => {
  if (value.trim() === '') return 'value must not be empty';
  return /^[A-Za-z0-9_-]+$/.test(value)
    ? undefined
    : `invalid parameter name '${value}': it must only contain alphanumeric and '_' or '-' characters`;
});
