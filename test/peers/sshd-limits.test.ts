import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { judgeTest } from '../judges/judge';
import { hasSshd } from './sshd';
import { createSshdScene, failureOf, until } from './sshd-scene';

const scene = createSshdScene();

afterEach(() => scene.end());

describe('limits of sshd', () => {
  judgeTest('MaxSessions: one command too many is told, the others go on', hasSshd, async () => {
    const sshd = await scene.sshd({ config: ['MaxSessions 2'] });
    const session = await scene.session(sshd);
    const folder = await scene.folder();
    const others = [1, 2].map((exit) =>
      session.run(
        `touch ${folder}/begun${exit}; until test -e ${folder}/end; do sleep 0.05; done; exit ${exit}`,
      ),
    );
    const failure = await failureOf(session.run('true'));
    expect(failure).toMatchObject({ code: 'too-many-sessions', retryable: true });
    expect(failure.advice).toContain('MaxSessions');

    const second = await scene.session(sshd);
    await second.run(`until test -e ${folder}/begun1 -a -e ${folder}/begun2; do sleep 0.05; done`);
    await second.run(`touch ${folder}/end`);
    expect((await Promise.all(others)).map(({ exitCode }) => exitCode)).toEqual([1, 2]);
    await expect(session.run('exit 5')).resolves.toMatchObject({ exitCode: 5 });
  });

  judgeTest('MaxStartups: one login too many may come again, and is let in', hasSshd, async () => {
    const sshd = await scene.sshd({ config: ['MaxStartups 2'] });
    // Others who say nothing, and are waited for (LoginGraceTime).
    const idle: Socket[] = [];
    await until(async () => {
      const socket = connect({ host: '127.0.0.1', port: sshd.port });
      socket.on('error', () => undefined);
      scene.add(() => socket.destroy());
      const [words] = (await once(socket, 'data')) as [Buffer];
      // The fixture's own look at the port counts for a moment.
      if (words.toString().startsWith('SSH-')) idle.push(socket);
      return idle.length === 2;
    }, 'two others were about to log in');
    const failure = await failureOf(scene.session(sshd));
    // Newer ones say so before they hang up.
    expect(['too-many-sessions', 'connection-lost']).toContain(failure.code);
    expect(failure).toMatchObject({ retryable: true, facts: { stage: 'banner' } });
    expect(failure.advice).toContain('MaxStartups');
    for (const socket of idle) socket.destroy();
    await until(
      () =>
        scene.session(sshd).then(
          () => true,
          () => false,
        ),
      'there was room for a login again',
    );
  });
});
