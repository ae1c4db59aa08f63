/** What a snapshot can hold. */
export const partKinds = [
  'entities',
  'rbac',
  'licences',
  'credentials',
  'database',
  'declarative-file',
  'keyring',
  'files',
  'portal',
  'documents',
] as const;

export type PartKind = (typeof partKinds)[number];
