const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

const STEPS: [limit: number, size: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86400, 3600, 'hour'],
  [86400 * 14, 86400, 'day'],
  [86400 * 60, 86400 * 7, 'week'],
  [86400 * 365, 86400 * 30, 'month'],
];

/** "in 2 hours", "3 days ago", as seen from `now` (both epoch milliseconds). */
export function relative(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) {
    return 'now';
  }
  for (const [limit, unitSeconds, unit] of STEPS) {
    if (size < limit) {
      return RELATIVE.format(Math.trunc(seconds / unitSeconds), unit);
    }
  }
  return RELATIVE.format(Math.trunc(seconds / (86400 * 365)), 'year');
}

/** The exact moment in a zone (the viewer's where none is given), with the zone's name. */
export function exact(at: number, zone?: string | null): string {
  return format(at, zone, { dateStyle: 'medium', timeStyle: 'medium' });
}

export function clockTime(at: number, zone?: string | null): string {
  return format(at, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

export function dayName(at: number, zone?: string | null): string {
  return format(at, zone, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
}

export function shortDay(at: number, zone?: string | null): string {
  return format(at, zone, { weekday: 'short', day: 'numeric', month: 'short' });
}

/** "America/New_York" as "New York". */
export function zoneCity(zone: string): string {
  return (zone.split('/').pop() ?? zone).replaceAll('_', ' ');
}

function format(at: number, zone: string | null | undefined, options: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone ?? undefined }).format(at);
  } catch {
    // a zone this browser does not know
    return new Intl.DateTimeFormat('en-GB', options).format(at);
  }
}
