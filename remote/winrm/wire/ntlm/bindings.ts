import { createHash } from 'node:crypto';

/** MsvAvChannelBindings of who has none ([MS-NLMP] 3.1.5.1.2). */
export const noBindings: Buffer = Buffer.alloc(16);

/**
 * MD5 of the gss_channel_bindings_struct (RFC 4121, 4.1.1.2; [MS-NLMP] 2.2.2.1): both addresses are absent, type and
 * length zero, then the length of the application data and these.
 */
export function hashBindings(applicationData: Buffer | null): Buffer {
  if (applicationData === null) return noBindings;
  const header = Buffer.alloc(20);
  header.writeUInt32LE(applicationData.length, 16);
  return createHash('md5').update(header).update(applicationData).digest();
}
