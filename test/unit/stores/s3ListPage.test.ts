import { describe, expect, it } from 'vitest';
import { takeObjects } from '../../../src/stores/s3ListPage.js';

const head = '<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated>';
const tail = '<NextContinuationToken>a&amp;b</NextContinuationToken></ListBucketResult>';
const content = (inner: string) => `<Contents>${inner}</Contents>`;
const times = '<LastModified>2026-11-21T06:35:17.123Z</LastModified>';

describe('the objects of a page', () => {
  it('are taken out, whatever stands between them and however their keys are written', () => {
    const page =
      head +
      content(`<Key>a/&lt;b&gt; &amp;amp; &#x1F600;&#10;</Key>${times}<ETag>&quot;e1&quot;</ETag><Size>7</Size>`) +
      '\n  ' +
      content(`<Size>0</Size><Owner><ID>x</ID></Owner><ETag>e2</ETag>${times}<Key>ü</Key>`) +
      tail;
    const modified = new Date('2026-11-21T06:35:17.123Z');
    expect(takeObjects(page)).toEqual({
      objects: [
        { key: 'a/<b> &amp; 😀\n', bytes: 7, modified, etag: '"e1"' },
        { key: 'ü', bytes: 0, modified, etag: 'e2' },
      ],
      rest: `${head}\n  ${tail}`,
    });
  });

  it.each([
    ['no key', content(`${times}<Size>7</Size>`)],
    ['no size', content(`<Key>a</Key>${times}`)],
    ['a size that is none', content(`<Key>a</Key>${times}<Size>-1</Size>`)],
    ['no time', content('<Key>a</Key><Size>7</Size>')],
    ['a raw section', content(`<Key><![CDATA[</Key>]]></Key>${times}<Size>7</Size>`)],
    ['no end', `<Contents><Key>a</Key>${times}<Size>7</Size>`],
  ])('are left to the client with %s', (_what, odd) => {
    const page = `${head}${content(`<Key>b</Key>${times}<Size>1</Size>`)}${odd}${tail}`;
    expect(takeObjects(page)).toEqual({ objects: [], rest: page });
  });

  it('are none on an empty page', () => {
    expect(takeObjects(head + tail)).toEqual({ objects: [], rest: head + tail });
  });
});
