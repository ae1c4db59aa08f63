/** What can be read from a certificate without a crypto library, by the marks that its DER encoding has. */
export interface CertificateBody {
  /** Whether it may sign others. */
  authority: boolean;
  /** Until when it holds. */
  notAfter?: Date;
}

/** The object identifier of basic constraints. */
const basicConstraints = '\x06\x03\x55\x1d\x13';
const asn1True = '\x01\x01\xff';

/** Tag and length of the two kinds of time. */
const utcTime = '\x17\x0d';
const generalizedTime = '\x18\x0f';

/** @returns undefined when the text holds no certificate whose body can be read. */
export function readCertificate(pem: string): CertificateBody | undefined {
  const body = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----([^-]*)-----END/.exec(pem)?.[1]?.replace(/\s/g, '');
  if (body === undefined) return undefined;
  let der: string;
  try {
    der = atob(body);
  } catch {
    return undefined;
  }
  const notAfter = lastTime(der);
  return { authority: isAuthority(der), ...(notAfter && { notAfter }) };
}

function isAuthority(der: string): boolean {
  const at = der.indexOf(basicConstraints);
  if (at < 0) return false;
  // Perhaps "critical", then an octet string that holds a sequence, which starts with a true "CA".
  const rest = der.slice(at + basicConstraints.length);
  const start = rest.startsWith(asn1True) ? asn1True.length : 0;
  return rest.slice(start + 4).startsWith(asn1True);
}

/** The validity is the first pair of times; its second is the end. */
function lastTime(der: string): Date | undefined {
  const times = der.matchAll(new RegExp(`${utcTime}\\d{12}Z|${generalizedTime}\\d{14}Z`, 'g'));
  const [, end] = [...times].map(([text]) => text.slice(2));
  if (end === undefined) return undefined;
  // Two digits of a year stand for 1950 to 2049.
  const full = end.length === 15 ? end : `${Number(end.slice(0, 2)) < 50 ? '20' : '19'}${end}`;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(full) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
