import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

/** An object as a server lists it. */
export interface ListedObject {
  key: string;
  bytes: number;
  modified: Date;
  etag: string;
}

export interface ListedPage {
  objects: ListedObject[];
  /** Token of the page that follows. */
  next: string | undefined;
}

/**
 * One page of a listing. The client reads XML letter by letter, which takes longer than all else of a long listing; the objects of
 * a page are all alike and are taken out before it reads the rest. What looks otherwise than expected is left to the client.
 */
export async function listPage(
  client: Pick<S3Client, 'send'>,
  input: ListObjectsV2CommandInput,
  abortSignal: AbortSignal,
): Promise<ListedPage> {
  const command = new ListObjectsV2Command(input);
  let taken: ListedObject[] = [];
  command.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const response = output.response as { statusCode?: number; body?: unknown };
      taken = [];
      if (response.statusCode !== 200 || !isPieces(response.body)) return output;
      const pieces: Uint8Array[] = [];
      for await (const piece of response.body) pieces.push(piece);
      const page = takeObjects(Buffer.concat(pieces).toString('utf8'));
      taken = page.objects;
      response.body = Buffer.from(page.rest);
      return output;
    },
    { step: 'deserialize', priority: 'low', name: 'takeObjects' },
  );
  const { Contents = [], NextContinuationToken }: ListObjectsV2CommandOutput = await client.send(command, {
    abortSignal,
  });
  const left = Contents.map(({ Key = '', Size = 0, LastModified = new Date(0), ETag = '' }) => ({
    key: Key,
    bytes: Size,
    modified: LastModified,
    etag: ETag,
  }));
  return { objects: [...taken, ...left], next: NextContinuationToken };
}

const isPieces = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

const [opening, closing] = ['<Contents>', '</Contents>'];

/** The objects of a page, and the text of the page without them; none, and the whole text, where one is not as expected. */
export function takeObjects(text: string): { objects: ListedObject[]; rest: string } {
  const objects: ListedObject[] = [];
  const rest: string[] = [];
  let at = 0;
  for (let start = text.indexOf(opening); start >= 0; start = text.indexOf(opening, at)) {
    const end = text.indexOf(closing, start);
    const object = end < 0 ? undefined : objectIn(text.slice(start + opening.length, end));
    if (!object) return { objects: [], rest: text };
    objects.push(object);
    rest.push(text.slice(at, start));
    at = end + closing.length;
  }
  rest.push(text.slice(at));
  return { objects, rest: rest.join('') };
}

function objectIn(text: string): ListedObject | undefined {
  // Comments and raw sections have their own rules.
  if (text.includes('<!')) return undefined;
  const [key, size, etag] = ['Key', 'Size', 'ETag'].map((name) => valueIn(text, name));
  const modified = new Date(valueIn(text, 'LastModified') ?? NaN);
  if (key === undefined || !/^\d+$/.test(size ?? '') || Number.isNaN(modified.getTime())) return undefined;
  return { key, bytes: Number(size), modified, etag: etag ?? '' };
}

function valueIn(text: string, name: string): string | undefined {
  const start = text.indexOf(`<${name}>`);
  const end = text.indexOf(`</${name}>`, start);
  return start < 0 || end < 0 ? undefined : plain(text.slice(start + name.length + 2, end));
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(text: string): string {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  if (!lines.includes('&')) return lines;
  return lines.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, decimal, hex) => {
    if (typeof name === 'string') return named[name.toLowerCase()] ?? all;
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
