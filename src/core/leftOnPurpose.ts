/** Codes of warnings that name what a restore leaves or keeps on purpose: it is no difference, and was not compared or not held to be equal. */
const codes: ReadonlySet<string> = new Set([
  'parent-kept',
  'gateway-wide-kept',
  'plugin-owned-kept',
  'others-kept',
  'held-in-part',
  'not-held',
  'tags-left-out',
  'change-left-out',
  'changed-since',
  'overridden',
  'workspaces-left',
  'workspaces-left-out',
  'workspace-stays',
]);

/** Whether something was left or kept, so that to be equal is said of what was compared only. */
export const isLeftOnPurpose = (warnings: readonly { code: string }[]): boolean =>
  warnings.some(({ code }) => codes.has(code));
