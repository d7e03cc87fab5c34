import type { Report } from './report';

export const reportJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
