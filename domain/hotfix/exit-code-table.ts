import type { ExitCodeMeaning } from '../../contracts/hotfix';

export interface ExitCodeEntry {
  readonly meaning: ExitCodeMeaning;
  /** Name in Microsoft's headers, where there is one. */
  readonly name: string;
  readonly message: string;
  /**
   * The code alone tells too little: "not applicable" is also said of what is there already or superseded. The state of
   * the package afterwards decides.
   */
  readonly verifyDecides?: true;
}

const entry = (
  meaning: ExitCodeMeaning,
  name: string,
  message: string,
  verifyDecides?: true,
): ExitCodeEntry => ({ meaning, name, message, ...(verifyDecides && { verifyDecides }) });

/** Installer exit codes with names as in winerror.h, wuerror.h and the CBS headers; unsigned 32-bit. */
export const exitCodeTable: ReadonlyMap<number, ExitCodeEntry> = new Map([
  [0, entry('done', 'ERROR_SUCCESS', 'The installer finished and asks for no reboot.')],
  [
    1,
    entry(
      'already-there',
      'S_FALSE',
      'The installer says that the package is there already or does not apply.',
      true,
    ),
  ],
  [
    2,
    entry(
      'needs-a-person',
      'ERROR_FILE_NOT_FOUND',
      'The installer misses a file; look into its log on the host, stage the package again or repair the component store (KB947821).',
    ),
  ],
  [
    3,
    entry(
      'needs-a-person',
      'ERROR_PATH_NOT_FOUND',
      'The installer misses a folder; look into its log on the host, stage the package again or repair the component store (KB947821).',
    ),
  ],
  [
    5,
    entry(
      'needs-a-person',
      'ERROR_ACCESS_DENIED',
      'The installer was denied access; look whether the account of the host may create tasks that run as SYSTEM.',
    ),
  ],
  [
    87,
    entry(
      'needs-a-person',
      'ERROR_INVALID_PARAMETER',
      'The installer refused its options; report it with its log.',
    ),
  ],
  [112, entry('needs-a-person', 'ERROR_DISK_FULL', 'The system drive is full; free space on it.')],
  [
    740,
    entry(
      'needs-a-person',
      'ERROR_ELEVATION_REQUIRED',
      'The installer ran without elevation; use an account that is an administrator of the host.',
    ),
  ],
  [
    1058,
    entry(
      'needs-a-person',
      'ERROR_SERVICE_DISABLED',
      'A service that the installer needs, such as Windows Update, is disabled; enable it.',
    ),
  ],
  [1618, entry('retry-later', 'ERROR_INSTALL_ALREADY_RUNNING', 'Another installation is running.')],
  [
    1641,
    entry(
      'rebooting',
      'ERROR_SUCCESS_REBOOT_INITIATED',
      'The installer finished and started a reboot itself.',
    ),
  ],
  [
    3010,
    entry(
      'reboot-needed',
      'ERROR_SUCCESS_REBOOT_REQUIRED',
      'The installer finished; a reboot completes it.',
    ),
  ],
  [
    3017,
    entry(
      'retry-after-reboot',
      'ERROR_FAIL_REBOOT_REQUIRED',
      'The installer failed and wants a reboot before it is tried again.',
    ),
  ],
  [
    0x00240005,
    entry(
      'reboot-needed',
      'WU_S_REBOOT_REQUIRED',
      'The installer finished; a reboot completes it.',
    ),
  ],
  [
    0x00240006,
    entry('already-there', 'WU_S_ALREADY_INSTALLED', 'The package is installed already.', true),
  ],
  [
    0x00240007,
    entry('not-applicable', 'WU_S_ALREADY_UNINSTALLED', 'The package is not installed.', true),
  ],
  [
    0x80240016,
    entry(
      'retry-after-reboot',
      'WU_E_INSTALL_NOT_ALLOWED',
      'Another installation is running or a reboot is pending.',
    ),
  ],
  [
    0x80240017,
    entry(
      'not-applicable',
      'WU_E_NOT_APPLICABLE',
      'The installer says that the package does not apply: superseded, or the wrong system.',
      true,
    ),
  ],
  [
    0x800f0805,
    entry(
      'needs-a-person',
      'CBS_E_INVALID_PACKAGE',
      'Servicing does not know this as a package; compare the file or the identity with what the host has.',
    ),
  ],
  [
    0x800f0806,
    entry('retry-after-reboot', 'CBS_E_PENDING', 'Servicing operations wait for a reboot.'),
  ],
  [
    0x800f081e,
    entry(
      'not-applicable',
      'CBS_E_NOT_APPLICABLE',
      'Servicing says that the package does not apply: there already, superseded, or the wrong system.',
      true,
    ),
  ],
  [
    0x800f0823,
    entry(
      'needs-a-person',
      'CBS_E_NEW_SERVICING_STACK_REQUIRED',
      'The package needs a newer servicing stack; install that update first (KB3020369, KB3177467 or KB4490628).',
    ),
  ],
  [
    0x800f0831,
    entry(
      'needs-a-person',
      'CBS_E_STORE_CORRUPTION',
      'The component store is corrupt; repair it (KB947821).',
    ),
  ],
  [0x800f0902, entry('retry-later', 'DISMAPI_E_BUSY', 'Servicing is busy with something else.')],
  [
    0x800f0922,
    entry(
      'needs-a-person',
      'CBS_E_INSTALLERS_FAILED',
      'An installer inside the package failed; look into CBS.log on the host, and at the space on its system-reserved partition.',
    ),
  ],
  [
    0x80073712,
    entry(
      'needs-a-person',
      'ERROR_SXS_COMPONENT_STORE_CORRUPT',
      'The component store is corrupt; repair it (KB947821).',
    ),
  ],
  [
    0x80092004,
    entry(
      'needs-a-person',
      'CRYPT_E_NOT_FOUND',
      'The signature could not be checked; the host may lack SHA-2 support, so install KB4474419 and KB4490628 first.',
    ),
  ],
]);
