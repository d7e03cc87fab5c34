import type { GateRecord, Measurement } from '../../contracts/gate';

/** What people are shown of a question that took long. */
const keptMeasurements = 20;

export const emptyRecord: GateRecord = {
  successful: 0,
  failed: 0,
  inconclusive: 0,
  errors: 0,
  consecutiveErrors: 0,
  last: [],
};

export const addMeasurement = (record: GateRecord, measurement: Measurement): GateRecord => {
  const last = [...record.last, measurement].slice(-keptMeasurements);
  const { phase } = measurement;
  if (phase === 'error') {
    const { errors, consecutiveErrors } = record;
    return { ...record, errors: errors + 1, consecutiveErrors: consecutiveErrors + 1, last };
  }
  return { ...record, [phase]: record[phase] + 1, consecutiveErrors: 0, last };
};
