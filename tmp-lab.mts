import { openLab } from '/work/main/example/lab/lab.ts';

const lab: any = await openLab('svc');
const [verb, n] = process.argv.slice(2);
await lab[verb!](Number(n));
console.log(verb, n);
