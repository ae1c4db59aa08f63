import { ReadableStream } from 'node:stream/web';
import { armor, Decrypter, Encrypter } from 'age-encryption';
import type { Bytes } from './codecs.js';
import type { Identity, Sealing } from './encoding.js';

export const ageSuffix = '.age';

/** age's own web streams, as those of Node are typed. */
type AgeStream = Parameters<Encrypter['encrypt']>[0] & object & globalThis.ReadableStream<Uint8Array>;

/** Encrypts to all recipients while the bytes pass. */
export async function* seal({ recipients }: Sealing, source: Bytes): Bytes {
  yield* (await encrypterTo(recipients).encrypt(asWebStream(source))) as unknown as Bytes;
}

/** Decrypts while the bytes pass. @throws an error of the library's own, from the iteration. */
export async function* unseal(identities: readonly Identity[], source: Bytes): Bytes {
  yield* (await decrypterWith(identities).decrypt(asWebStream(source))) as unknown as Bytes;
}

/** A text as an age file in ASCII armour. */
export async function sealText({ recipients }: Sealing, text: string): Promise<string> {
  return armor.encode(await encrypterTo(recipients).encrypt(text));
}

export async function unsealText(identities: readonly Identity[], armoured: string): Promise<string> {
  return decrypterWith(identities).decrypt(armor.decode(armoured), 'text');
}

function encrypterTo(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter;
}

function decrypterWith(identities: readonly Identity[]): Decrypter {
  const decrypter = new Decrypter();
  for (const { secret } of identities) decrypter.addIdentity(secret);
  return decrypter;
}

const asWebStream = (source: Bytes): AgeStream => ReadableStream.from(source) as unknown as AgeStream;
