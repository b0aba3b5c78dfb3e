/** Settings in source code as people write it: several senders in a file, variables, conditions; told, or said to be untellable. */
import { describe, expect, it } from 'vitest'
import { formats } from '../format/index.ts'
import { judge } from '../judge.ts'
import { planMends } from '../mend/plan.ts'
import { findSetups } from '../setup.ts'
import { softwares } from './index.ts'

function examine(id: string, file: string, text: string, version?: string) {
  const software = softwares.find((own) => own.id === id)
  if (!software) throw new Error(id)
  return software.places.flatMap((place) => {
    if (place.kind !== 'file' || !place.path.test(file)) return []
    if (place.marks && !place.marks.some((mark) => text.includes(mark))) return []
    const format = formats[place.format]
    const document = format.read(text)
    if (place.isOurs && !place.isOurs(document)) return []
    return (place.find?.(document) ?? findSetups(document, place)).map((setup) => {
      const judged = judge(software, new Map(Object.entries(setup.entries)), version, new Map())
      const subject = { software, place, format, document, setup, version, environment: new Map() }
      return { words: judged.kind === 'told' ? judged.mode : `cannot tell: ${judged.key}`, plans: planMends(subject, judged) }
    })
  })
}

type Row = readonly [label: string, file: string, text: string, modes: readonly string[], version?: string]

const rows: Readonly<Record<string, readonly Row[]>> = {
  phpmailer: [
    ['by a setter', 'a.php', "<?php $m = new PHPMailer; $m->Host = 'a'; $m->set('SMTPSecure', 'tls');", ['required-verified']],
    [
      'two of the same name',
      'a.php',
      "<?php function a() { $m = new PHPMailer(true); $m->Host = 'a'; $m->SMTPSecure = 'tls'; }\nfunction b() { $m = new PHPMailer(); $m->Host = 'b'; $m->SMTPSecure = ''; $m->SMTPAutoTLS = false; }",
      ['required-verified', 'plaintext'],
    ],
    [
      'under a condition',
      'a.php',
      "<?php $m = new PHPMailer; $m->Host = 'a'; if ($tls) { $m->SMTPSecure = 'tls'; }",
      ['cannot tell: secure'],
    ],
    [
      'all of it under a condition',
      'a.php',
      "<?php if ($smtp) { $m = new PHPMailer; $m->Host = 'a'; $m->SMTPSecure = 'ssl'; }",
      ['implicit-verified'],
    ],
    [
      'a variable',
      'a.php',
      "<?php $m = new PHPMailer; $m->Host = $c['host']; $m->SMTPSecure = $c['secure'];",
      ['cannot tell: secure'],
    ],
    [
      'options from elsewhere',
      'a.php',
      "<?php $m = new PHPMailer; $m->Host = 'a'; $m->SMTPSecure = 'tls'; $m->SMTPOptions = $options;",
      ['cannot tell: rest'],
    ],
    ['a host with its own way', 'a.php', "<?php $m = new PHPMailer; $m->Host = 'tls://a:587;ssl://b'; ", ['required-verified']],
    ['one host of two with its own way', 'a.php', "<?php $m = new PHPMailer; $m->Host = 'tls://a;b';", ['opportunistic']],
    [
      'given from outside',
      'a.php',
      "<?php add_action('phpmailer_init', function ($phpmailer) { $phpmailer->isSMTP(); $phpmailer->Host = 'a'; $phpmailer->SMTPSecure = 'tls'; });",
      ['required-verified'],
    ],
    ['commented out', 'a.php', "<?php $m = new PHPMailer; $m->Host = 'a'; // $m->SMTPSecure = 'tls';", ['opportunistic']],
    ['another library', 'a.php', "<?php $transport = new Swift_SmtpTransport('a', 25); $x->Host = 'b';", []],
  ],
  'python-smtplib': [
    [
      'a context in a variable',
      'a.py',
      'import smtplib, ssl\nctx = ssl.create_default_context()\ns = smtplib.SMTP("a")\ns.starttls(context=ctx)\n',
      ['required-verified'],
    ],
    [
      'a context that was weakened',
      'a.py',
      'import smtplib, ssl\nctx = ssl.create_default_context()\nctx.check_hostname = False\nctx.verify_mode = ssl.CERT_NONE\ns = smtplib.SMTP_SSL("a", 465, context=ctx)\n',
      ['implicit-unverified'],
    ],
    [
      'a context from elsewhere',
      'a.py',
      'import smtplib\ns = smtplib.SMTP("a")\ns.starttls(context=make())\n',
      ['cannot tell: context'],
    ],
    [
      'a context by parameter',
      'a.py',
      'import smtplib\ndef f(ctx):\n    s = smtplib.SMTP("a")\n    s.starttls(context=ctx)\n',
      ['cannot tell: context'],
    ],
    [
      'under a condition',
      'a.py',
      'import smtplib\ns = smtplib.SMTP("a")\nif use_tls:\n    s.starttls()\n',
      ['cannot tell: starttls'],
    ],
    [
      'where it is offered',
      'a.py',
      'import smtplib\ns = smtplib.SMTP("a")\ns.ehlo()\nif s.has_extn("STARTTLS"):\n    s.starttls()\n',
      ['opportunistic'],
    ],
    [
      'in a try of its own',
      'a.py',
      'import smtplib\ns = smtplib.SMTP("a")\ntry:\n    s.starttls()\nexcept Exception:\n    pass\ns.login(u, p)\n',
      ['cannot tell: starttls'],
    ],
    ['after the log-in', 'a.py', 'import smtplib\ns = smtplib.SMTP("a")\ns.login(u, p)\ns.starttls()\n', ['plaintext']],
    [
      'one or the other',
      'a.py',
      'import smtplib\nif ssl:\n    s = smtplib.SMTP_SSL("a")\nelse:\n    s = smtplib.SMTP("a")\n    s.starttls()\n',
      ['implicit-unverified', 'required-unverified'],
    ],
    [
      'in an object',
      'a.py',
      'import smtplib\nclass M:\n    def go(self):\n        self.s = smtplib.SMTP(self.host, self.port)\n        self.s.starttls()\n',
      ['required-unverified'],
    ],
    ['imported by name', 'a.py', 'from smtplib import SMTP\nwith SMTP("a") as s:\n    s.starttls()\n', ['required-unverified']],
    ['in a text', 'a.py', 'import smtplib\nhelp = """\ns = smtplib.SMTP("a")\n"""\n', []],
  ],
  aiosmtplib: [
    [
      'two sends',
      'a.py',
      'import aiosmtplib\nawait aiosmtplib.send(m, hostname="a", use_tls=True)\nawait aiosmtplib.send(m, hostname="b", start_tls=False)\n',
      ['implicit-verified', 'plaintext'],
      '3.0',
    ],
    [
      'a variable',
      'a.py',
      'import aiosmtplib\nawait aiosmtplib.send(m, hostname="a", start_tls=settings.tls)\n',
      ['cannot tell: startTls'],
    ],
    ['arguments from elsewhere', 'a.py', 'import aiosmtplib\nawait aiosmtplib.send(m, **options)\n', ['cannot tell: rest']],
    [
      'a client',
      'a.py',
      'from aiosmtplib import SMTP\nc = SMTP(hostname="a", use_tls=True, validate_certs=False)\nawait c.connect()\n',
      ['implicit-unverified'],
    ],
    [
      'None, its default',
      'a.py',
      'import aiosmtplib\nawait aiosmtplib.send(m, hostname="a", start_tls=None)\n',
      ['opportunistic'],
      '5.0',
    ],
  ],
  nodemailer: [
    [
      'one or the other',
      'a.js',
      "const t = prod ? createTransport({ host: 'a', secure: true }) : createTransport({ host: 'b', port: 1025, ignoreTLS: true })\n",
      ['implicit-verified', 'plaintext'],
    ],
    [
      'a table changed before it is used',
      'a.js',
      "const o = { host: 'a', secure: false }\nif (x) o.secure = true\nconst t = createTransport(o)\n",
      ['cannot tell: secure'],
    ],
    [
      'two transports',
      'a.js',
      "module.exports.a = () => nodemailer.createTransport({ host: 'a', secure: true })\nmodule.exports.b = () => nodemailer.createTransport({ host: 'b', ignoreTLS: true })\n",
      ['implicit-verified', 'plaintext'],
    ],
    [
      'options in a table of the file',
      'a.ts',
      "const options: SMTPTransport.Options = {\n  host: 'a',\n  requireTLS: true,\n}\nexport const t = createTransport(options)\n",
      ['required-verified'],
    ],
    ['options from elsewhere', 'a.js', "const t = nodemailer.createTransport(config.get('smtp'))\n", ['cannot tell: rest']],
    [
      'some options from elsewhere',
      'a.js',
      "const t = nodemailer.createTransport({ host: 'a', ...defaults })\n",
      ['cannot tell: rest'],
    ],
    ['a short hand', 'a.js', 'const t = nodemailer.createTransport({ host, port, secure })\n', ['cannot tell: secure']],
    [
      'a comparison',
      'a.js',
      "const t = nodemailer.createTransport({ host: 'a', secure: process.env.SECURE === 'true' })\n",
      ['cannot tell: secure'],
    ],
    [
      'a port that is worked out',
      'a.js',
      "const t = nodemailer.createTransport({ host: 'a', port: Number(settings.port) })\n",
      ['cannot tell: port'],
    ],
    [
      'tls from elsewhere',
      'a.js',
      "const t = nodemailer.createTransport({ host: 'a', secure: true, tls: dev ? { rejectUnauthorized: false } : undefined })\n",
      ['cannot tell: rejectUnauthorized'],
    ],
    ['a service', 'a.js', "const t = nodemailer.createTransport({ service: 'gmail', auth })\n", ['implicit-verified']],
    [
      'a service with STARTTLS alone',
      'a.js',
      "const t = nodemailer.createTransport({ service: 'SendGrid', auth })\n",
      ['opportunistic'],
    ],
    [
      'a service that is not known',
      'a.js',
      "const t = nodemailer.createTransport({ service: 'Acme', auth })\n",
      ['cannot tell: service'],
    ],
    [
      'both, by version',
      'a.js',
      "const t = createTransport({ host: 'a', requireTLS: true, ignoreTLS: true })\n",
      ['plaintext'],
      '9.0.5',
    ],
    [
      'both, since',
      'a.js',
      "const t = createTransport({ host: 'a', requireTLS: true, ignoreTLS: true })\n",
      ['required-verified'],
      '10.6.0',
    ],
    ['an address', 'a.js', "const t = createTransport('smtps://u@a')\n", ['implicit-verified']],
    ['not over SMTP', 'a.js', 'const t = createTransport({ jsonTransport: true })\n', []],
  ],
  rails: [
    [
      'a hash that is kept',
      'config/application.rb',
      'config.action_mailer.smtp_settings = { address: "a", tls: true }.compact\nconfig.b = 1\n',
      ['implicit-verified'],
      '2.8',
    ],
    [
      'all of it by a modifier',
      'config/application.rb',
      'config.action_mailer.smtp_settings = { address: "a", tls: true } if Rails.env.production?\n',
      ['implicit-verified'],
      '2.8',
    ],
    [
      'a hash with more',
      'config/environments/production.rb',
      'config.action_mailer.smtp_settings = { address: "a", enable_starttls: true }.merge(extra)\n',
      ['cannot tell: rest'],
    ],
    [
      'from credentials',
      'config/environments/production.rb',
      'config.action_mailer.smtp_settings = Rails.application.credentials.smtp\n',
      ['cannot tell: rest'],
    ],
    [
      'one by one',
      'config/initializers/mail.rb',
      'ActionMailer::Base.smtp_settings[:address] = "a"\nActionMailer::Base.smtp_settings[:ssl] = true\n',
      ['implicit-verified'],
      '2.8.1',
    ],
    [
      'an environment variable',
      'config/environments/production.rb',
      'config.action_mailer.smtp_settings = { address: "a", enable_starttls: ENV["TLS"] == "1" }\n',
      ['cannot tell: starttls'],
    ],
    [
      'not verified',
      'config/environments/production.rb',
      'c.smtp_settings = { address: "a", tls: true, openssl_verify_mode: OpenSSL::SSL::VERIFY_NONE }\n',
      ['implicit-unverified'],
    ],
  ],
  gomail: [
    [
      'a dialer written out',
      'a.go',
      'import gomail "gopkg.in/gomail.v2"\nd := &gomail.Dialer{Host: "a", Port: 465}\n',
      ['opportunistic'],
    ],
    [
      'a dialer written out, with TLS',
      'a.go',
      'import gomail "gopkg.in/gomail.v2"\nd := &gomail.Dialer{Host: "a", Port: 465, SSL: true}\n',
      ['implicit-verified'],
    ],
    [
      'a config from elsewhere',
      'a.go',
      'import gomail "gopkg.in/mail.v2"\nd := gomail.NewDialer("a", 587, u, p)\nd.StartTLSPolicy = gomail.MandatoryStartTLS\nd.TLSConfig = cfg\n',
      ['cannot tell: insecure'],
    ],
    [
      'a port from elsewhere',
      'a.go',
      'import gomail "gopkg.in/gomail.v2"\nd := gomail.NewDialer(host, port, u, p)\n',
      ['cannot tell: port'],
    ],
    ['on 465', 'a.go', 'import "gopkg.in/gomail.v2"\nd := gomail.NewDialer("a", 465, u, p)\n', ['implicit-verified']],
    [
      'a policy by a condition',
      'a.go',
      'import mail "gopkg.in/mail.v2"\nd := mail.NewDialer("a", 587, u, p)\nif strict {\n\td.StartTLSPolicy = mail.MandatoryStartTLS\n}\n',
      ['cannot tell: policy'],
    ],
  ],
  'go-net-smtp': [
    [
      'where it is offered',
      'a.go',
      'import "net/smtp"\nc, err := smtp.Dial("a:25")\nif ok, _ := c.Extension("STARTTLS"); ok {\n\tc.StartTLS(&tls.Config{ServerName: "a"})\n}\n',
      ['opportunistic'],
    ],
    [
      'a dialogue of its own',
      'a.go',
      'import "net/smtp"\nc, err := smtp.Dial("a:25")\nconfig := &tls.Config{ServerName: "a"}\nif err = c.StartTLS(config); err != nil {\n\treturn err\n}\n',
      ['required-verified'],
    ],
    [
      'TLS first',
      'a.go',
      'import "net/smtp"\nconfig := &tls.Config{InsecureSkipVerify: true}\nconn, err := tls.Dial("tcp", addr, config)\nc, err := smtp.NewClient(conn, host)\n',
      ['implicit-unverified'],
    ],
    [
      'a config from elsewhere',
      'a.go',
      'import "net/smtp"\nc, err := smtp.Dial("a:25")\nerr = c.StartTLS(cfg.TLS)\n',
      ['cannot tell: insecure'],
    ],
    ['neither', 'a.go', 'import "net/smtp"\nc, err := smtp.Dial("a:25")\nc.Mail(from)\n', ['plaintext']],
  ],
  lettre: [
    [
      'relay and the rest',
      'a.rs',
      'let a = SmtpTransport::relay("a")?.credentials(c).build();\nlet b = SmtpTransport::starttls_relay("b")?.build();\nlet c = SmtpTransport::builder_dangerous("c").build();\n',
      ['implicit-verified', 'required-verified', 'plaintext'],
    ],
    ['a mode from elsewhere', 'a.rs', 'let a = SmtpTransport::builder_dangerous("a").tls(mode).build();\n', ['cannot tell: tls']],
    [
      'any name',
      'a.rs',
      'let p = TlsParameters::builder("a".into()).dangerous_accept_invalid_hostnames(true).build()?;\nlet a = SmtpTransport::relay("a")?.tls(Tls::Required(p)).build();\n',
      ['required-unverified'],
    ],
  ],
  mailkit: [
    [
      'named arguments',
      'a.cs',
      'using MailKit.Net.Smtp;\nvar c = new SmtpClient();\nc.Connect(host: "a", port: 25, options: SecureSocketOptions.None);\n',
      ['plaintext'],
    ],
    [
      'options from elsewhere',
      'a.cs',
      'using MailKit.Net.Smtp;\nvar c = new SmtpClient();\nc.Connect(s.Host, s.Port, s.UseSsl);\n',
      ['cannot tell: options'],
    ],
    [
      'a callback of its own',
      'a.cs',
      'using MailKit.Net.Smtp;\nvar c = new SmtpClient();\nc.ServerCertificateValidationCallback = Check;\nc.Connect("a", 587, SecureSocketOptions.StartTls);\n',
      ['cannot tell: callback'],
    ],
    [
      'a choice',
      'a.cs',
      'using MailKit.Net.Smtp;\nvar c = new SmtpClient();\nc.Connect("a", 587, x ? SecureSocketOptions.StartTls : SecureSocketOptions.None);\n',
      ['cannot tell: options'],
    ],
    [
      'the old form',
      'a.cs',
      'using MailKit.Net.Smtp;\nvar c = new SmtpClient();\nc.Connect("a", 465, true);\n',
      ['implicit-verified'],
    ],
    [
      'no options, but a token',
      'a.cs',
      'using MailKit.Net.Smtp;\nvar c = new SmtpClient();\nawait c.ConnectAsync("a", 25, cancellationToken: ct);\n',
      ['opportunistic'],
    ],
    ['of .NET', 'a.cs', 'using System.Net.Mail;\nvar c = new SmtpClient("a");\n', []],
  ],
  'dotnet-smtpclient': [
    [
      'an initialiser',
      'a.cs',
      'using System.Net.Mail;\nusing var c = new SmtpClient("a", 587) { EnableSsl = true };\n',
      ['required-verified'],
    ],
    [
      'a setting from elsewhere',
      'a.cs',
      'using System.Net.Mail;\nvar c = new SmtpClient();\nc.Host = "a";\nc.EnableSsl = config.UseSsl;\n',
      ['cannot tell: ssl'],
    ],
    [
      'under a condition',
      'a.cs',
      'using System.Net.Mail;\nvar c = new SmtpClient("a");\nif (x) c.EnableSsl = true;\n',
      ['cannot tell: ssl'],
    ],
  ],
  'commons-email': [
    [
      'required without enabled',
      'A.java',
      'import org.apache.commons.mail.*;\nEmail e = new SimpleEmail();\ne.setHostName("a");\ne.setStartTLSRequired(true);\ne.setSSLCheckServerIdentity(true);\n',
      ['required-unverified'],
    ],
    [
      'a chain',
      'A.java',
      'import org.apache.commons.mail.*;\nEmail e = new HtmlEmail();\ne.setHostName("a");\ne.setStartTLSEnabled(true).setStartTLSRequired(true).setSSLCheckServerIdentity(true);\n',
      ['required-verified'],
    ],
    [
      'a variable',
      'A.java',
      'import org.apache.commons.mail.*;\nEmail e = new HtmlEmail();\ne.setHostName("a");\ne.setSSLOnConnect(ssl);\n',
      ['cannot tell: ssl'],
    ],
  ],
  'jakarta-mail': [
    [
      'in several manners',
      'A.java',
      'props.put("mail.smtp.host", "a");\nprops.setProperty("mail.smtp.starttls.required", "true");\nprops.put("mail.smtp.ssl.checkserveridentity", "true");\n',
      ['required-verified'],
    ],
    [
      'two sessions',
      'A.kt',
      'a["mail.smtp.host"] = "a"\nb["mail.smtp.host"] = "b"\nb["mail.smtp.starttls.enable"] = "true"\n',
      ['plaintext', 'opportunistic'],
    ],
    [
      'the old socket factory',
      'A.java',
      'props.put("mail.smtp.host", "a");\nprops.put("mail.smtp.socketFactory.class", "javax.net.ssl.SSLSocketFactory");\nprops.put("mail.smtp.ssl.checkserveridentity", "true");\n',
      ['implicit-verified'],
    ],
    [
      'a variable',
      'A.java',
      'props.put("mail.smtp.host", "a");\nprops.put("mail.smtp.starttls.enable", String.valueOf(tls));\n',
      ['cannot tell: enable'],
    ],
    ['enabled and required', 'mail.properties', 'mail.smtp.host=a\nmail.smtp.starttls.required=true\n', ['required-unverified']],
  ],
  'spring-boot': [
    [
      'YAML, in any split',
      'application.yml',
      'spring:\n  mail:\n    host: a\n    properties:\n      mail:\n        smtp:\n          starttls.enable: true\n          starttls:\n            required: true\n',
      ['required-unverified'],
      '2.7',
    ],
    [
      'YAML, as one',
      'application-prod.yaml',
      'spring:\n  mail:\n    host: a\n    properties:\n      mail.smtp.ssl.enable: true\n',
      ['implicit-verified'],
      '3.4',
    ],
    [
      'a placeholder',
      'application.properties',
      'spring.mail.host=a\nspring.mail.properties.mail.smtp.starttls.required=${TLS:true}\n',
      ['required-unverified'],
      '2.7',
    ],
  ],
  swoosh: [
    [
      'Bamboo',
      'config/prod.exs',
      'config :a, A.Mailer, adapter: Bamboo.SMTPAdapter, server: "b", port: 587, tls: :always, tls_verify: :verify_peer\n',
      ['required-verified'],
    ],
    [
      'Bamboo, as it comes',
      'config/prod.exs',
      'config :a, A.Mailer, adapter: Bamboo.SMTPAdapter, server: "b", port: 587\n',
      ['opportunistic'],
    ],
    ['another adapter', 'config/prod.exs', 'config :a, A.Mailer, adapter: Swoosh.Adapters.Sendgrid, relay: "b"\n', []],
    [
      'two mailers',
      'config/runtime.exs',
      'config :a, A.Mailer, relay: "a", tls: :never\nconfig :a, B.Mailer, relay: "b", ssl: true, sockopts: [verify: :verify_peer]\n',
      ['plaintext', 'implicit-verified'],
    ],
    [
      'options for the other way',
      'config/runtime.exs',
      'config :a, A.Mailer, relay: "b", ssl: true, tls_options: [verify: :verify_peer]\n',
      ['implicit-unverified'],
    ],
    [
      'options made elsewhere',
      'config/runtime.exs',
      'config :a, A.Mailer, relay: "b", tls: :always, tls_options: :tls_certificate_check.options(host)\n',
      ['cannot tell: verify'],
    ],
    [
      'under a condition',
      'config/runtime.exs',
      'if config_env() == :prod do\n  config :a, A.Mailer,\n    relay: System.get_env("R"),\n    tls: :always,\n    tls_options: [verify: :verify_peer, cacerts: certs]\nend\n',
      ['required-verified'],
    ],
  ],
  laravel: [
    [
      'as shipped with 12',
      'config/mail.php',
      "<?php return ['mailers' => ['smtp' => ['transport' => 'smtp', 'scheme' => env('MAIL_SCHEME'), 'url' => env('MAIL_URL'), 'host' => env('MAIL_HOST', '127.0.0.1'), 'port' => env('MAIL_PORT', 2525)]]];",
      ['opportunistic'],
      '12',
    ],
    [
      'two mailers',
      'config/mail.php',
      "<?php return ['mailers' => ['a' => ['host' => 'a', 'port' => 465], 'b' => ['host' => 'b', 'port' => 25, 'auto_tls' => false]]];",
      ['implicit-verified', 'plaintext'],
      '12',
    ],
    [
      'not verified',
      'config/mail.php',
      "<?php return ['mailers' => ['a' => ['host' => 'a', 'scheme' => 'smtps', 'verify_peer' => false]]];",
      ['implicit-unverified'],
      '11',
    ],
    [
      'required',
      'config/mail.php',
      "<?php return ['mailers' => ['a' => ['host' => 'a', 'port' => 587, 'require_tls' => true]]];",
      ['required-verified'],
      '13',
    ],
    [
      'encryption, before 9',
      'config/mail.php',
      "<?php return ['mailers' => ['a' => ['host' => 'a', 'port' => 587, 'encryption' => 'tls']]];",
      ['required-verified'],
      '8',
    ],
    [
      'encryption, since 9',
      'config/mail.php',
      "<?php return ['mailers' => ['a' => ['host' => 'a', 'port' => 587, 'encryption' => 'tls']]];",
      ['opportunistic'],
      '10',
    ],
  ],
  django: [
    [
      'in one line with its condition',
      'settings.py',
      'EMAIL_HOST = "a"\nif not DEBUG: EMAIL_USE_TLS = True\n',
      ['cannot tell: tls'],
    ],
    ['in a list of several', 'settings.py', 'EMAIL_HOST, EMAIL_USE_TLS = "a", True\n', ['cannot tell: tls']],
    [
      'by a condition',
      'settings.py',
      'EMAIL_HOST = "a"\nif DEBUG:\n    EMAIL_USE_TLS = False\nelse:\n    EMAIL_USE_TLS = True\n',
      ['cannot tell: tls'],
    ],
    [
      'a function',
      'settings.py',
      'EMAIL_HOST = "a"\nEMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)\n',
      ['required-verified'],
      '5.2',
    ],
    [
      'a comparison',
      'settings.py',
      'EMAIL_HOST = "a"\nEMAIL_USE_TLS = os.environ.get("TLS", "1") == "1"\n',
      ['cannot tell: tls'],
    ],
  ],
  'flask-mail': [
    [
      'in several manners',
      'app.py',
      'app.config["MAIL_SERVER"] = "a"\napp.config.update(MAIL_USE_TLS=True)\n',
      ['required-unverified'],
    ],
    [
      'set by a condition',
      'app.py',
      'app.config["MAIL_SERVER"] = "a"\nif prod:\n    app.config["MAIL_USE_TLS"] = True\n',
      ['cannot tell: tls'],
    ],
    [
      'a class with a comparison',
      'config.py',
      'class Config:\n    MAIL_SERVER = "a"\n    MAIL_USE_TLS = os.environ.get("T") is not None\n',
      ['cannot tell: tls'],
    ],
    ['one by one', 'app.py', 'app.config["MAIL_SERVER"] = "a"\napp.config["MAIL_USE_SSL"] = True\n', ['implicit-unverified']],
  ],
}

describe.each(Object.entries(rows))('%s', (id, table) => {
  it.each(table.map((row) => [...row] as const))('%s', (_, file, text, modes, version) => {
    const examined = examine(id, file, text, version)
    expect(examined.map(({ words }) => words)).toEqual(modes)
  })

  it('mends nothing that it cannot tell', () => {
    for (const [, file, text, , version] of table)
      for (const { words, plans } of examine(id, file, text, version)) if (words.startsWith('cannot')) expect(plans).toEqual([])
  })
})
