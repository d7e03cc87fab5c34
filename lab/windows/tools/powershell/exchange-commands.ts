import {
  type ActivationPolicy,
  type MailboxServer,
  type MailboxServers,
  activationPolicies,
} from '../../exchange/mailbox-servers';
import { exchangeInstallPath } from '../../process/base-environment';
import type { Call, Command } from './command';
import { textGiven } from './command';
import { StatementError, type Value, isTrue } from './values';

/** Cmdlets of Exchange 2010 as far as hooks around the maintenance of a database availability group need them. */
export const exchangeCommands: readonly Command[] = [
  {
    name: 'Get-MailboxServer',
    parameters: ['Identity'],
    switches: [],
    positions: ['Identity'],
    run(call) {
      const { name, dag, policy } = serverGiven(call, 'Identity');
      return [
        { Name: name, DatabaseAvailabilityGroup: dag, DatabaseCopyAutoActivationPolicy: policy },
      ];
    },
  },
  {
    name: 'Set-MailboxServer',
    parameters: ['Identity', 'DatabaseCopyAutoActivationPolicy'],
    switches: [],
    positions: ['Identity'],
    run(call) {
      const server = serverGiven(call, 'Identity');
      serversOf(call).setPolicy(server, policyGiven(call));
      return [];
    },
  },
  {
    name: 'Get-MailboxDatabaseCopyStatus',
    parameters: ['Server'],
    switches: [],
    positions: [],
    run(call) {
      const { name, copies } = serverGiven(call, 'Server');
      return copies.map(({ database, suspended }): Value => ({
        Name: `${database}\\${name}`,
        DatabaseName: database,
        MailboxServer: name,
        ActivationSuspended: suspended !== null,
        SuspendComment: suspended?.comment ?? '',
      }));
    },
  },
  {
    name: 'Suspend-MailboxDatabaseCopy',
    parameters: ['Identity', 'SuspendComment'],
    switches: ['ActivationOnly', 'Confirm'],
    positions: ['Identity'],
    run(call) {
      const [database = '', name = ''] = textGiven(call, 'Identity').split('\\');
      const server = serverNamed(call, name);
      const copy = server.copies.find(
        (one) => one.database.toLowerCase() === database.toLowerCase(),
      );
      if (copy === undefined) throw noObject(call, `${database}\\${name}`);
      if (isSwitchOn(call, 'Confirm', true)) throw noPrompt();
      if (!isSwitchOn(call, 'ActivationOnly', false)) throw onlyActivation();
      serversOf(call).suspendActivation(server, copy.database, textGiven(call, 'SuspendComment'));
      return [];
    },
  },
];

const scriptPath = (file: string): string => `${exchangeInstallPath}Scripts\\${file}`;

/** They load the snap-in by themselves. */
export const exchangeScripts: readonly Command[] = [
  {
    name: scriptPath('StartDagServerMaintenance.ps1'),
    parameters: ['serverName'],
    switches: ['overrideMinimumTwoCopies'],
    positions: ['serverName'],
    run(call) {
      call.space.hasExchange = true;
      serversOf(call).startMaintenance(serverGiven(call, 'serverName'));
      return [];
    },
  },
  {
    name: scriptPath('StopDagServerMaintenance.ps1'),
    parameters: ['serverName'],
    switches: [],
    positions: ['serverName'],
    run(call) {
      call.space.hasExchange = true;
      serversOf(call).stopMaintenance(serverGiven(call, 'serverName'));
      return [];
    },
  },
];

function serversOf({ space }: Call): MailboxServers {
  const { mailboxServers } = space.invocation.host;
  if (mailboxServers === null) throw new Error('PowerShell is only where a management shell is');
  return mailboxServers;
}

const serverGiven = (call: Call, parameter: string): MailboxServer =>
  serverNamed(call, textGiven(call, parameter));

function serverNamed(call: Call, name: string): MailboxServer {
  const server = serversOf(call).find(name);
  if (server === null) throw noObject(call, name);
  return server;
}

function policyGiven(call: Call): ActivationPolicy {
  const wanted = textGiven(call, 'DatabaseCopyAutoActivationPolicy');
  const policy = activationPolicies.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (policy !== undefined) return policy;
  throw new StatementError(
    `Cannot process argument transformation on parameter 'DatabaseCopyAutoActivationPolicy'. Cannot convert value "${wanted}" to type "Microsoft.Exchange.Data.Directory.SystemConfiguration.DatabaseCopyAutoActivationPolicyType".`,
    'InvalidData: (:) [Set-MailboxServer], ParameterBindin...mationException',
    'ParameterArgumentTransformationError,Set-MailboxServer',
  );
}

function isSwitchOn({ given }: Call, name: string, otherwise: boolean): boolean {
  const value = given.get(name);
  return value === undefined || 'stages' in value ? otherwise : isTrue(value);
}

function noObject({ space }: Call, name: string): StatementError {
  const [dc = 'dc1'] = space.invocation.host.windows.domainControllers;
  return new StatementError(
    `The operation couldn't be performed because object '${name}' couldn't be found on '${dc}'.`,
    'InvalidData: (:) [], ManagementObjectNotFoundException',
    'ManagementObjectNotFoundException',
  );
}

const noPrompt = (): StatementError =>
  new StatementError(
    'Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.',
    'InvalidOperation: (:) [Suspend-MailboxDatabaseCopy], PSInvalidOperationException',
    'InvalidOperation',
  );

const onlyActivation = (): StatementError =>
  new StatementError(
    'The lab suspends copies for activation only: add -ActivationOnly.',
    'NotImplemented: (:) [Suspend-MailboxDatabaseCopy]',
    'NotImplemented',
  );
