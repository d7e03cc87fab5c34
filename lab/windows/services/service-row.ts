import type { ServiceDefinition } from './catalogue';

/** A service in one line; what it needs is apart by blanks. */
export type ServiceRow = readonly [
  name: string,
  displayName: string,
  startMode: ServiceDefinition['startMode'],
  dependsOn: string,
  image: string,
];
