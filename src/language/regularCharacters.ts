const colon = 58;

/** Characters that a key may have: letters, digits and `_.-/$+@`. */
export const ofKeys = new Uint8Array(128);
/** Characters that a key may start with. */
export const startsKey = new Uint8Array(128);
/** Characters that a plain scalar may start with. */
export const starts = new Uint8Array(128);
/** Characters that mean nothing by themselves inside a plain scalar. */
export const insides = new Uint8Array(128);
for (let code = 33; code < 127; code++) {
  const character = String.fromCharCode(code);
  ofKeys[code] = /[\w.\-/$+@]/.test(character) ? 1 : 0;
  startsKey[code] = /[\w/$]/.test(character) ? 1 : 0;
  starts[code] = /[\s\-?:,[\]{}#&*!|>'"%@`]/.test(character) ? 0 : 1;
  insides[code] = code === colon ? 0 : 1;
}
/** Characters that words with a meaning of their own start with, and numbers: `~`, `yes`, `.inf`, `-1`. */
export const meaningful = new Uint8Array(128);
for (const character of '~nNtTyYoOfF.+-_0123456789') meaningful[character.charCodeAt(0)] = 1;
