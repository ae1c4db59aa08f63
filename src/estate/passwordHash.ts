/** Kong keeps a basic-auth password as a hex SHA-1 of it and the consumer's id. */
export const isPasswordHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{40}$/i.test(value);
