/** What FormatMessage has for the codes that service tools print. */
export const win32Texts: Readonly<Record<number, string>> = {
  5: 'Access is denied.',
  1051: 'A stop control has been sent to a service that other running services are dependent on.',
  1052: 'The requested control is not valid for this service.',
  1053: 'The service did not respond to the start or control request in a timely fashion.',
  1056: 'An instance of the service is already running.',
  1058: 'The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.',
  1060: 'The specified service does not exist as an installed service.',
  1061: 'The service cannot accept control messages at this time.',
  1062: 'The service has not been started.',
  1068: 'The dependency service or group failed to start.',
  1077: 'No attempts to start the service have been made since the last boot.',
};
