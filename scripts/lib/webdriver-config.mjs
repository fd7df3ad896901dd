// Writes .build/webdriver.json: the repository's webdriver.json with the browser that set-up found on this machine.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const config = JSON.parse(readFileSync('webdriver.json', 'utf8'));
config['goog:chromeOptions'].binary = process.env.CODE_MESH_CHROME;
mkdirSync('.build', { recursive: true });
writeFileSync('.build/webdriver.json', `${JSON.stringify(config, null, '\t')}\n`);
