/** Bars that belong together. */
export interface Group {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Drawn so that it stands out. */
  readonly ours: boolean;
}

const [width, labels, figures, row, heading, top] = [820, 220, 70, 20, 34, 54] as const;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .group { font-weight: 600; }
  .label { text-anchor: end; }
  .other { fill: #8c959f; }
  .ours { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .other { fill: #6e7681; }
    .ours { fill: #4493f8; }
  }`;

/** Horizontal bars of one scale, as an SVG that can be read on light and on dark. */
export function chart(title: string, groups: readonly Group[]): string {
  const scale = (width - labels - figures) / Math.max(...groups.flatMap(({ bars }) => bars.map(valueOf)));
  const parts: string[] = [];
  let y = top;
  for (const group of groups) {
    parts.push(`<text class="group" x="0" y="${y}">${escape(group.title)}</text>`);
    y += 10;
    for (const bar of group.bars) {
      parts.push(drawBar(bar, y, scale));
      y += row;
    }
    y += heading;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y - 20}" role="img">
<title>${escape(title)}</title>
<style>${style}
</style>
<text class="title" x="0" y="20">${escape(title)}</text>
${parts.join("\n")}
</svg>
`;
}

function drawBar({ label, value, ours }: Bar, y: number, scale: number): string {
  const length = Math.max(1, value * scale);
  return [
    `<text class="label" x="${labels - 8}" y="${y + 14}">${escape(label)}</text>`,
    `<rect class="${ours ? "ours" : "other"}" x="${labels}" y="${y + 3}" width="${length.toFixed(1)}" height="${row - 6}" rx="2"/>`,
    `<text x="${(labels + length + 6).toFixed(1)}" y="${y + 14}">${value.toFixed(value < 100 ? 1 : 0)}</text>`,
  ].join("");
}

function valueOf({ value }: Bar): number {
  return value;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
