import { z } from 'zod';

import { text } from './fields.schema';
import { advised } from './parsed.schema';

/** Fields that every way to a host has. */

export const address = text(
  /^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$/,
  'write a host name or IP address, without scheme; the port has its own field',
);

export const credentialRef = z
  .string()
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]{0,127}|(file|command):[^\u0000-\u001f]{1,500})$/, {
    // What stands there instead may be the secret: it is not shown.
    error: advised(
      'is no reference',
      'write env:NAME, file:PATH or command:PROGRAM; the secret itself never belongs into the fleet',
    ),
  });
