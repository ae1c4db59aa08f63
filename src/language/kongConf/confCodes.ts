/** What can be said of a kong.conf, with what it means. Codes never change their meaning. */
export const confCodes = {
  'unknown-property': 'Kong knows no property of this name, and says nothing of it.',
  'not-in-version': 'The version of Kong that the file is for has no such property.',
  'deprecated-property': 'Another property took the place of this one.',
  'duplicate-property': 'A property stands there twice: Kong takes the last.',
  'not-a-property': 'A line is neither a property nor a comment, or stands in a section: Kong does not read it.',
  'wrong-value': 'Kong takes no such value: it refuses to start, or goes on with another one.',
  'cut-value': 'A `#` ends the value, and may be meant to be part of it.',
  'quoted-value': 'Kong takes quotes for part of the value.',
  contradiction: 'Properties do not go together.',
  'plaintext-secret': 'A secret stands in the file that Kong could read from a vault.',
  'unknown-comment': 'A `# kong-backup:` comment says nothing that is known.',
} as const;

export type ConfCode = keyof typeof confCodes;
