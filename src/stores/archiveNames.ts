/** What an archive calls a file of the snapshot's folder. Packs are called as in a store. */
export const archivedFile = (key: string): string => `files/${key}`;

/** The key of a store that a passphrase opens; as in the store. */
export const archivedKey = (fingerprint: string): string => `keys/${fingerprint}.age`;
