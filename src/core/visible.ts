/** What moves a terminal's cursor, changes its colours or turns the direction of text. */
// eslint-disable-next-line no-control-regex -- control characters are what must not be printed
const unseen = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A name or label as one can print it: what can't be seen is written out. */
export const visible = (text: string): string => text.replace(unseen, escaped);

// eslint-disable-next-line no-control-regex -- as above, but for the ends of lines
const unseenInLines = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The same for text of several lines. */
export const visibleLines = (text: string): string => text.replace(unseenInLines, escaped);
