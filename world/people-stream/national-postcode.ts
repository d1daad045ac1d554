const areas = ['QA', 'QB', 'QD', 'QE', 'QH', 'VA', 'VB', 'VD', 'VE', 'VH', 'XA', 'XB', 'XD', 'XE', 'XH']
const inward = 'ABDEFGHJLNPQRSTUWXYZ'

/** One of 1.2 million postcodes that cannot be: no area begins with Q, V or X. Numbers near one another share a sector. */
export function nationalPostcode(index: number): string {
  const unit = index % 400
  const sector = Math.floor(index / 400) % 10
  const district = 1 + (Math.floor(index / 4000) % 20)
  const area = areas[Math.floor(index / 80_000) % areas.length] ?? 'QA'
  return `${area}${String(district)} ${String(sector)}${inward.charAt(unit % 20)}${inward.charAt(Math.floor(unit / 20))}`
}
