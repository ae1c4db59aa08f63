/** What Kong's Admin API answers in `fields`: wire strings that clients see and match. */
export const messages = {
  unknownField: 'unknown field',
  required: 'required field missing',
  requiredForEntityCheck: 'field required for entity check',
  missingPrimaryKey: 'missing primary key',
  eq: (wanted: string) => `value must be ${wanted}`,
  ne: (value: string) => `value must not be ${value}`,
  gt: (limit: number) => `value must be greater than ${limit}`,
  // Kong prints limits as whole numbers, whatever they are.
  between: ([low, high]: readonly [number, number]) =>
    `value should be between ${Math.trunc(low)} and ${Math.trunc(high)}`,
  oneOf: (allowed: readonly unknown[]) => `expected one of: ${allowed.join(', ')}`,
  notOneOf: (refused: readonly unknown[]) => `must not be one of: ${refused.join(', ')}`,
  lengthEq: (length: number) => `length must be ${length}`,
  lengthMin: (length: number) => `length must be at least ${length}`,
  lengthMax: (length: number) => `length must be at most ${length}`,
  invalidValue: (value: string) => `invalid value: ${value}`,
  startsWith: (start: string) => `should start with: ${start}`,
  contains: (member: string) => `expected to contain: ${member}`,
  notRegex: (value: string) => `not a valid regex: ${value}`,
  timestamp: 'expected a valid timestamp',
  uuid: 'expected a valid UUID',
  mutuallyExclusiveSets: (sets: string) => `these sets are mutually exclusive: ${sets}`,
  atLeastOneOf: (fields: string) => `at least one of these fields must be non-empty: ${fields}`,
  onlyOneOf: (fields: string) => `exactly one of these fields must be non-empty: ${fields}`,
  mutuallyRequired: (fields: string) => `all or none of these fields must be set: ${fields}`,
  mutuallyExclusive: (fields: string) => `only one or none of these fields must be set: ${fields}`,
  distinct: (fields: string) => `values of these fields must be distinct: ${fields}`,
  conditional: (field: string) => `failed conditional validation given value of field '${field}'`,
  subschemaUnknown: (name: string) => `unknown type: ${name}`,
  pluginUnknown: (name: string) => `plugin '${name}' not enabled; add it to the 'plugins' configuration property`,
  vaultUnknown: (name: string) => `vault '${name}' is not installed`,
  deprecatedMismatch: (old: string, oldValue: string, name: string, value: string) =>
    `both deprecated and new field are used but their values mismatch: ${old} = ${oldValue} vs ${name} = ${value}`,
} as const;

/** What a value of another type is answered with, by the type that was expected. */
export const typeMessages: Readonly<Record<string, string>> = {
  array: 'expected an array',
  set: 'expected a set',
  map: 'expected a map',
  record: 'expected a record',
  string: 'expected a string',
  number: 'expected a number',
  boolean: 'expected a boolean',
  integer: 'expected an integer',
  function: 'expected a function',
};

/** Kong says so when an entity is changed in part. */
export const whenUpdating = {
  requiredForEntityCheck: `${messages.requiredForEntityCheck} when updating`,
  atLeastOneOf: (fields: string) => `when updating, ${messages.atLeastOneOf(fields)}`,
};
