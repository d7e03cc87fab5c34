import type { Program } from '../process/invocation';
import { add } from './reg/add';
import { deleteKeyOrValue } from './reg/delete';
import { fail } from './reg/outcome';
import { query } from './reg/query';

export const reg: Program = (invocation) => {
  const [verb = '', ...words] = invocation.args;
  switch (verb.toLowerCase()) {
    case 'query':
      return query(invocation, words);
    case 'add':
      return add(invocation, words);
    case 'delete':
      return deleteKeyOrValue(invocation, words);
    default:
      return fail(invocation, 'Invalid syntax.\r\nType "REG /?" for usage.');
  }
};
