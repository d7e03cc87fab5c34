import type { Task } from '../../tasks/tasks';

/** A task as `/query /xml` gives it (Task Scheduler schema 1.2). */
export function taskXml(task: Task, now: number): string {
  const [program = '', ...rest] = task.command.match(/^"[^"]*"|^\S+|(?<=\s).+$/g) ?? [];
  const lines = [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo>',
    `    <Author>${escapeXml(task.author)}</Author>`,
    '  </RegistrationInfo>',
    '  <Triggers>',
    '    <TimeTrigger>',
    `      <StartBoundary>${new Date(now).toISOString().slice(0, 10)}T${task.startTime === '' ? '00:00' : task.startTime}:00</StartBoundary>`,
    '      <Enabled>true</Enabled>',
    '    </TimeTrigger>',
    '  </Triggers>',
    '  <Principals>',
    '    <Principal id="Author">',
    `      <RunLevel>${task.runLevel === 'highest' ? 'HighestAvailable' : 'LeastPrivilege'}</RunLevel>`,
    `      <UserId>${escapeXml(task.user)}</UserId>`,
    '    </Principal>',
    '  </Principals>',
    '  <Actions Context="Author">',
    '    <Exec>',
    `      <Command>${escapeXml(program)}</Command>`,
    ...(rest.length === 0 ? [] : [`      <Arguments>${escapeXml(rest.join(' '))}</Arguments>`]),
    '    </Exec>',
    '  </Actions>',
    '</Task>',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
