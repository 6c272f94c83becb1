// Keeps packages from doing, when they are loaded, what takes Node.js milliseconds and most commands have no need of.

const CHANGES = [
  {
    // For subcommands that are programs of their own, of which there are none.
    module: /node_modules\/commander\/lib\/command\.js$/,
    lines: [
      [
        "const childProcess = require('node:child_process');",
        "const childProcess = { get spawn() { return require('node:child_process').spawn; } };",
      ],
    ],
  },
  {
    // The Unicode tables of Node.js, where every character is known to be one column wide by itself: ASCII and those of src/report.
    module: /node_modules\/wrap-ansi\/node_modules\/string-width\/index\.js$/,
    lines: [
      ['const segmenter = new Intl.Segmenter();', 'let segmenter;'],
      ['of segmenter.segment(string)', 'of (segmenter ??= new Intl.Segmenter()).segment(string)'],
      [
        '\tlet width = 0;',
        '\tif (/^[ -~\\u00A0\\u00B7\\u2580-\\u259F]*$/.test(string)) return string.length;\n\tlet width = 0;',
      ],
    ],
  },
];

/** A plugin of the build, which fails where a package no longer has these lines or is no longer there. */
export function leanPackages() {
  const left = new Set(CHANGES);
  return {
    name: 'lean-packages',
    transform(code, id) {
      const change = CHANGES.find(({ module }) => module.test(id));
      if (change === undefined) return null;
      left.delete(change);
      return change.lines.reduce((changed, line) => replaceOnce(changed, line, id), code);
    },
    buildEnd() {
      for (const { module } of left) throw new Error(`scripts/lean-packages.js: nothing matches ${module}`);
    },
  };
}

function replaceOnce(code, [from, to], id) {
  const parts = code.split(from);
  if (parts.length !== 2) throw new Error(`scripts/lean-packages.js: ${id} has not once ${from}`);
  return parts.join(to);
}
