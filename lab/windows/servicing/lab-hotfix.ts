/** The hotfix whose state the lab's options give. */
export const labHotfix = {
  kb: 'KB3004383',
  identity: 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0',
  files: ['System32', 'SysWOW64'].map((folder) => ({
    path: `C:\\Windows\\${folder}\\Appidapi.dll`,
    version: '6.1.7601.22823',
  })),
} as const;
