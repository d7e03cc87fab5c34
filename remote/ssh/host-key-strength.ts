import { keyTypeOf } from './fingerprint';
import { WireReader } from './wire-reader';

/** NIST SP 800-131A: shorter RSA keys are not to be relied on any more. */
const minRsaBits = 2048;

/** Whether it is an RSA key that is too short to tell one host from another. */
export function isTooShort(key: Buffer): boolean {
  return keyTypeOf(key) === 'ssh-rsa' && rsaBits(key) < minRsaBits;
}

/** RFC 4253 section 6.6: string "ssh-rsa", mpint e, mpint n. Zero for what is no such key. */
export function rsaBits(key: Buffer): number {
  try {
    const reader = new WireReader(key);
    reader.string();
    reader.string();
    const modulus = reader.string().toString('hex').replace(/^0+/, '');
    return modulus === '' ? 0 : BigInt(`0x${modulus}`).toString(2).length;
  } catch {
    return 0;
  }
}
