import { toSftpPath, toWindowsPath } from '../../../lab/ssh/sftp-paths';

describe('a path of SFTP on Windows', () => {
  it.each([
    ['/C:/Windows/Temp/x', 'C:\\Windows\\Temp\\x'],
    ['C:/Windows', 'C:\\Windows'],
    ['C:\\Windows\\', 'C:\\Windows'],
    ['/c:/a/../b/./c', 'c:\\b\\c'],
    ['/C:', 'C:\\'],
    ['C:/', 'C:\\'],
    ['.', 'C:\\Users\\Admin'],
    ['', 'C:\\Users\\Admin'],
    ['logs/a b.txt', 'C:\\Users\\Admin\\logs\\a b.txt'],
    ['../Public', 'C:\\Users\\Public'],
    ['/Windows', 'C:\\Windows'],
    ['/C:/../../x', 'C:\\x'],
    ['/', null],
    ['/.', null],
  ])('%p is %p', (sftp, windows) => {
    expect(toWindowsPath(sftp, 'C:\\Users\\Admin')).toBe(windows);
  });

  it.each([
    ['C:\\Windows\\Temp', '/C:/Windows/Temp'],
    [null, '/'],
  ])('of %p is %p', (windows, sftp) => {
    expect(toSftpPath(windows)).toBe(sftp);
  });
});
