/** The first of some names, and how many more there are: for a sentence. */
export function listed(names: readonly string[], most = 5, separator = ', '): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(separator)} and ${rest} more` : names.join(separator);
}
