import './comparison.test.js';
import './language.test.js';

/** How many files of tests there are; a run that tells of fewer has lost some. */
export const count = 2;
