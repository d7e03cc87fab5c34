import { reportCsv } from './csv';
import { reportHtml } from './html';
import { reportJson } from './json';
import type { Report } from './report';

export const formats = { json: reportJson, csv: reportCsv, html: reportHtml } as const satisfies {
  readonly [format: string]: (report: Report) => string;
};
export type ReportFormat = keyof typeof formats;
