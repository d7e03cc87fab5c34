import type { Asked, Reply } from '../bridge-server';

/** Wine's expand knows no `-F:`; its extrac32 unpacks a whole cabinet. */
export function expand({ arguments: words, tail }: Asked): Reply {
  const [filter, from, to] = words;
  if (filter?.toLowerCase() === '-f:*' && from !== undefined && to !== undefined) {
    return { instead: `C:\\windows\\system32\\extrac32.exe /Y /E /L "${to}" "${from}"` };
  }
  return { instead: `C:\\windows\\system32\\expand-of-wine.exe ${tail}` };
}
