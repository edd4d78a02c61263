// Bundles viewer and editor into web/static/vendor, with the licences of what went in and a manifest of hashes.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../static/vendor/', import.meta.url));
const bundles = { 'bpmn-viewer': 'viewer.js', 'bpmn-editor': 'editor.js' };

// Two of the icon font's five formats suffice; the others triple the style sheet.
const slimFonts = {
  name: 'slim-fonts',
  setup(builder) {
    builder.onLoad({ filter: /bpmn-font\/css\/bpmn\.css$/ }, args => ({
      loader: 'css',
      contents: readFileSync(args.path, 'utf8').replace(
        /@font-face\s*{[^}]*}/,
        "@font-face{font-family:'bpmn';font-weight:normal;font-style:normal;" +
        "src:url('../font/bpmn.woff2') format('woff2'),url('../font/bpmn.woff') format('woff')}"
      )
    }));
  }
};

async function bundle() {
  return build({
    absWorkingDir: here,
    entryPoints: bundles,
    outdir: out,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome90', 'firefox90', 'safari15'],
    charset: 'utf8',
    legalComments: 'none', // every licence stands in full in the licences file
    loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl' },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [slimFonts],
    metafile: true,
    logLevel: 'warning'
  });
}

function packagesIn(metafile) {
  const packages = new Map();
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (!folder) continue;
    const { name, version, license } = JSON.parse(readFileSync(here + folder + '/package.json', 'utf8'));
    packages.set(`${name} ${version}`, { license, folder: here + folder });
  }
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
}

function licences(packages) {
  return packages.map(([name, { license, folder }]) => {
    const file = readdirSync(folder).find(entry => /^(licen[cs]e|copying)/i.test(entry));
    const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : `The package carries no licence file of its own and declares ${license}.`;
    return `===== ${name} (${license})\n\n${text}\n`;
  }).join('\n');
}

function manifest(packages) {
  const files = {};
  for (const name of Object.keys(bundles).flatMap(bundle => [`${bundle}.css`, `${bundle}.js`])) {
    const bytes = readFileSync(out + name);
    files[name] = { bytes: bytes.length, sha384: createHash('sha384').update(bytes).digest('base64') };
  }
  const names = Object.fromEntries(packages.map(([name, { license }]) => [name, license]));
  return JSON.stringify({ files, packages: names }, null, 2) + '\n';
}

mkdirSync(out, { recursive: true });
const packages = packagesIn((await bundle()).metafile);
writeFileSync(out + 'bpmn-licences.txt', licences(packages));
writeFileSync(out + 'bpmn-manifest.json', manifest(packages));
