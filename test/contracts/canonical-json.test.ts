import fc from 'fast-check';
import { canonicalJson } from '../../contracts/canonical-json';

test('the text is JSON of the same value, with sorted keys and no blanks', () => {
  expect(canonicalJson({ b: [1, { d: 'ü"', c: null }], a: true, '10': 1, '9': 2 })).toBe(
    '{"10":1,"9":2,"a":true,"b":[1,{"c":null,"d":"ü\\""}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the order in which an object was built does not show', () => {
  const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), {
    selector: ([key]) => key,
  });
  fc.assert(
    fc.property(entries, (members) => {
      const forth = Object.fromEntries(members);
      const back = Object.fromEntries(members.toReversed());
      expect(canonicalJson(forth)).toBe(canonicalJson(back));
    }),
  );
});

test('a property that is undefined counts as missing', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});

it.each([
  { value: { a: [1, Number.NaN] }, message: '$.a[1] is NaN, which JSON cannot carry' },
  { value: Number.POSITIVE_INFINITY, message: '$ is Infinity, which JSON cannot carry' },
  { value: { at: new Date(0) }, message: '$.at is Date, which JSON cannot carry' },
  { value: { of: new Map() }, message: '$.of is Map, which JSON cannot carry' },
  { value: [undefined], message: '$[0] is undefined, which JSON cannot carry' },
  { value: { f: () => 1 }, message: '$.f is function, which JSON cannot carry' },
  { value: { big: 1n }, message: '$.big is bigint, which JSON cannot carry' },
])('what JSON cannot carry is an error that says where: $message', ({ value, message }) => {
  expect(() => canonicalJson(value)).toThrow(new TypeError(message));
});
