import fc from 'fast-check';
import { fitConnections, type ConnectionFields } from '../../contracts/connection.schema';
import { layHost } from '../../contracts/host-layers.schema';

const port = fc.option(fc.constantFrom(22, 5985), { nil: undefined });
const optional = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
const layer = fc
  .record({
    kind: fc.constantFrom('winrm' as const, 'ssh' as const, undefined),
    port,
    credentialRef: fc.option(fc.constantFrom('env:A', 'env:B'), { nil: undefined }),
    caFile: optional('ca.pem'),
    knownHosts: optional(['keys']),
  })
  .map((fields): ConnectionFields =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  );

test('each value of a host is that of the layer which its place names', () => {
  fc.assert(
    fc.property(fc.array(layer, { minLength: 1, maxLength: 4 }), (connections) => {
      const layers = connections.map((connection, index) => ({
        path: ['layers', index],
        address: 'a.test',
        connection,
      }));
      const { connection, trace } = layHost(layers, {});
      for (const [field, value] of Object.entries(connection ?? {})) {
        const place = trace[field === 'address' ? field : `connection.${field}`];
        if (field === 'address') expect(place).toEqual(['layers', layers.length - 1, 'address']);
        else if (place !== null) {
          const origin: { readonly [name: string]: unknown } =
            connections[Number(place?.[1])] ?? {};
          expect(origin[field]).toEqual(value);
        }
      }
    }),
  );
});

test('a layer for another kind gives its credential only', () => {
  fc.assert(
    fc.property(
      fc.array(layer, { maxLength: 4 }),
      fc.constantFrom('winrm', 'ssh'),
      (below, kind) => {
        const others = below.filter((fields) => fields.kind !== undefined && fields.kind !== kind);
        const fitting = fitConnections([...others, { kind }]);
        expect(fitting.slice(0, -1)).toEqual(
          others.map(({ credentialRef }) => (credentialRef === undefined ? {} : { credentialRef })),
        );
      },
    ),
  );
});

test('a layer without a kind gives nothing that belongs to another one', () => {
  fc.assert(
    fc.property(
      fc.array(layer, { maxLength: 4 }),
      fc.constantFrom('winrm', 'ssh'),
      (below, kind) => {
        const kindless = below.filter((fields) => fields.kind === undefined);
        const given = fitConnections([...kindless, { kind }]).flatMap((fields) =>
          Object.keys(fields),
        );
        expect(given).not.toContain(kind === 'ssh' ? 'caFile' : 'knownHosts');
      },
    ),
  );
});
