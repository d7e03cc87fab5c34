export { readCalendar } from './read-calendar';
export { nextStarts } from './starts';
export { calendarWords } from './words';
