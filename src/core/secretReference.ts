/** Where a secret is to be found: an environment variable, or a file relative to the environments file. */
export type SecretReference = { env: string } | { file: string };

const reference = /\$\{(env|file):([^}]+)\}/g;

/** A text in pieces: literal ones, and references `${env:NAME}` and `${file:path}`. */
export function parseReferences(text: string): (string | SecretReference)[] {
  const pieces: (string | SecretReference)[] = [];
  let end = 0;
  for (const match of text.matchAll(reference)) {
    const [whole, kind, name = ''] = match;
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push(kind === 'env' ? { env: name.trim() } : { file: name.trim() });
    end = match.index + whole.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

/** Whether a text names its secret and doesn't hold it: a reference, with at most the name of a scheme in front. */
export function isSecretByReference(text: string): boolean {
  const pieces = parseReferences(text);
  const literal = pieces.filter((piece) => typeof piece === 'string');
  return literal.length < pieces.length && /^(Bearer |Basic )?$/i.test(literal.join(''));
}
