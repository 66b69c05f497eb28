//! The sentences of explanations in four languages, side by side. Words in braces are filled in; names of the text
//! stand as the text has them, so the sentences are built so that no name has to be inflected.

use super::Language;

/// One sentence or part of one, in every language.
pub(super) struct Phrase(pub [&'static str; 4]);

impl Phrase {
    /// The phrase in a language, its holes filled.
    pub fn say(&self, language: Language, holes: &[(&str, &str)]) -> String {
        let [en, uk, ru, fr] = self.0;
        let mut rest = match language {
            Language::English => en,
            Language::Ukrainian => uk,
            Language::Russian => ru,
            Language::French => fr,
        };
        let mut out = String::with_capacity(rest.len());
        let filled = |name: &str| holes.iter().find(|(hole, _)| *hole == name).map(|(_, words)| *words);
        // In one go: braces in the words that are filled in are no holes.
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else { break };
            out.push_str(filled(name).unwrap_or_default());
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// The phrase as it stands.
    pub fn plain(&self, language: Language) -> String {
        self.say(language, &[])
    }
}

macro_rules! phrases {
    ($($name:ident = $en:literal, $uk:literal, $ru:literal, $fr:literal;)*) => {
        $(pub(super) const $name: Phrase = Phrase([$en, $uk, $ru, $fr]);)*
        /// All of them by name, for tests.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &Phrase)] = &[$((stringify!($name), &$name)),*];
    };
}

phrases! {
    // Who.
    AND = "and", "та", "и", "et";
    THEN = "{main}, {times}.", "{main}; {times}.", "{main}; {times}.", "{main} ; {times}.";
    SEMICOLON = "; ", "; ", "; ", " ; ";
    OR = "or", "або", "или", "ou";
    SHALL_NOT = "{who}{except} shall not", "{who}{except} зобов’язується утримуватися від такого:", "{who}{except} обязуется воздерживаться от следующего:", "{who}{except} s’interdit ce qui suit :";
    SHALL_NOT_MANY = "{who}{except} shall not", "{who}{except} зобов’язуються утримуватися від такого:", "{who}{except} обязуются воздерживаться от следующего:", "{who}{except} s’interdisent ce qui suit :";
    NOBODY = "Nobody{except} shall", "Усім{except} заборонено таке:", "Всем{except} запрещено следующее:", "Est interdit à tous{except} ce qui suit :";
    SHALL = "{who}{except} shall {deed}", "{who}{except} зобов’язується {deed}", "{who}{except} обязуется {deed}", "{who}{except} doit {deed}";
    SHALL_MANY = "{who}{except} shall {deed}", "{who}{except} зобов’язуються {deed}", "{who}{except} обязуются {deed}", "{who}{except} doivent {deed}";
    EVERYBODY = "Everybody", "Усі", "Все", "Tous";
    EXCEPT = ", except {who},", ", крім таких: {who},", ", кроме таких: {who},", ", sauf {who},";
    PLACE = "place {what}", "розміщення ({what})", "размещение ({what})", "le placement ({what})";
    INTERFERE = "interfere with {targets} ({kinds})", "втручання у таке: {targets} ({kinds})", "вмешательство в следующее: {targets} ({kinds})", "toute ingérence : {targets} ({kinds})";
    SENSORS = "sensors", "датчики", "датчики", "capteurs";
    SIGNALS = "signals", "сигнали", "сигналы", "signaux";
    MARKERS = "markers", "знаки лінії", "знаки линии", "repères";
    SEALS = "seals", "пломби", "пломбы", "scellés";
    STAFF = "staff", "персонал", "персонал", "personnel";
    // Where.
    ANYWHERE = "anywhere", "будь-де", "где бы то ни было", "où que ce soit";
    IN_ZONE = "in `{zone}`", "у зоні «{zone}»", "в зоне «{zone}»", "dans la zone « {zone} »";
    ON_SIDE = "on the {who} side of `{line}`", "з боку {who} від лінії «{line}»", "со стороны {who} от линии «{line}»", "du côté de {who} de la ligne « {line} »";
    WITHIN = "within {to} of `{line}`{side}", "не далі ніж за {to} від лінії «{line}»{side}", "не далее чем в {to} от линии «{line}»{side}", "à {to} au plus de la ligne « {line} »{side}";
    BETWEEN_OF = "between {from} and {to} of `{line}`{side}", "на відстані від {from} до {to} від лінії «{line}»{side}", "на расстоянии от {from} до {to} от линии «{line}»{side}", "entre {from} et {to} de la ligne « {line} »{side}";
    SIDE = " on the {who} side", ", з боку {who}", ", со стороны {who}", ", du côté de {who}";
    ON_OBJECTS = " against {objects}", " проти об’єктів: {objects},", " против объектов: {objects},", " contre des objets : {objects},";
    OF_OWNER = " of {owner}", " (належність: {owner})", " (принадлежность: {owner})", " (appartenant à : {owner})";
    // What.
    CALIBRE_FROM = " of {min} mm or more", " калібру {min} мм і більше", " калибра {min} мм и более", " de calibre {min} mm ou plus";
    CALIBRE_BELOW = " below {below} mm", " калібру менше {below} мм", " калибра менее {below} мм", " de calibre inférieur à {below} mm";
    CALIBRE_BETWEEN = " of {min} mm or more and below {below} mm", " калібру від {min} мм до менше ніж {below} мм", " калибра от {min} мм до менее чем {below} мм", " de calibre de {min} mm à moins de {below} mm";
    // Distances.
    KEEP = "{who}{except} shall keep {rows} from {line}{first}", "{who}{except} зобов’язується дотримуватися відстані від лінії {line}: {rows}{first}", "{who}{except} обязуется соблюдать расстояние от линии {line}: {rows}{first}", "{who}{except} doit respecter une distance de la ligne {line} : {rows}{first}";
    KEEP_MANY = "{who}{except} shall keep {rows} from {line}{first}", "{who}{except} зобов’язуються дотримуватися відстані від лінії {line}: {rows}{first}", "{who}{except} обязуются соблюдать расстояние от линии {line}: {rows}{first}", "{who}{except} doivent respecter une distance de la ligne {line} : {rows}{first}";
    ROW = "{thing} at least {distance}", "{thing} щонайменше {distance}", "{thing} не менее {distance}", "{thing} au moins {distance}";
    ROW_SIDES = "{thing} at least {distance} ({whole} from side to side)", "{thing} щонайменше {distance} ({whole} між сторонами)", "{thing} не менее {distance} ({whole} между сторонами)", "{thing} au moins {distance} ({whole} d’un côté à l’autre)";
    LARGEST = "; what fits several keeps the largest distance", "; для того, що підпадає під кілька рядків, діє найбільша відстань", "; для того, что подходит под несколько строк, действует наибольшее расстояние", " ; ce qui relève de plusieurs lignes garde la plus grande distance";
    OWN_LINE = "their reference line ({each})", "відліку кожної сторони ({each})", "отсчёта каждой стороны ({each})", "de référence de chacun ({each})";
    LINE_FOR = "{line} for {who}", "{who}: {line}", "{who}: {line}", "{line} pour {who}";
    // When.
    FROM = "from {moment}", "діє від такого моменту: {moment}", "действует с такого момента: {moment}", "à partir de : {moment}";
    COMPLETE = ", complete before {moment}", ", завершити до такого моменту: {moment}", ", завершить до такого момента: {moment}", ", à achever avant : {moment}";
    UNTIL = ", until before {moment}", ", перестає діяти: {moment}", ", перестаёт действовать: {moment}", ", jusqu’à : {moment}";
    ENTRY = "entry into force", "набрання чинності", "вступление в силу", "l’entrée en vigueur";
    AFTER = "{time} after {what}", "{time} після події: {what}", "{time} после события: {what}", "{time} après : {what}";
    START_OF_DAY = "the start of the day of {what}", "початок дня події: {what}", "начало дня события: {what}", "le début du jour de : {what}";
    START_FIRST_DAY = "the start of the first day after {what}", "початок першого дня після події: {what}", "начало первого дня после события: {what}", "le début du premier jour après : {what}";
    START_DAY_N = "the start of day {n} after {what}", "початок {n}-го дня після події: {what}", "начало {n}-го дня после события: {what}", "le début du jour {n} après : {what}";
    NOT_YET_KNOWN = "not yet known", "ще не відомо", "ещё не известно", "pas encore connu";
    PRECONDITION = "the moment when the precondition comes about", "настання попередньої умови", "наступление предварительного условия", "la réalisation de la condition préalable";
    EVENT = "the moment when {event}", "«{event}»", "«{event}»", "« {event} »";
    ONLY_WHEN = "It binds only when {conditions}.", "Зобов’язує лише за умови: {conditions}.", "Обязывает лишь при условии: {conditions}.", "Elle n’oblige que si : {conditions}.";
    // Exceptions and conditions.
    EXCUSED = "Excused under {label}{title} if {conditions}{burden}.", "Виняток {label}{title}, якщо {conditions}{burden}.", "Исключение {label}{title}, если {conditions}{burden}.", "Excusé au titre de {label}{title} si {conditions}{burden}.";
    BURDEN = ", to be shown by {who}", "; тягар доведення: {who}", "; бремя доказывания: {who}", " ; charge de la preuve : {who}";
    LIES = "it lies {place}", "подія сталася {place}", "событие произошло {place}", "le fait se situe {place}";
    EXERCISE = "it was recorded as an exercise or a controlled blast", "подію записано як навчання чи керований підрив", "событие записано как учение или управляемый подрыв", "le fait a été consigné comme exercice ou explosion contrôlée";
    SHOWN = "it is shown that: “{words}”", "доведено: «{words}»", "доказано: «{words}»", "preuve est faite que : « {words} »";
    NOTIFIED = "it was notified under {label}", "про неї повідомлено за положенням {label}", "о нём уведомлено по положению {label}", "le fait a été notifié selon {label}";
    SILENT = "`{zone}` was silent of {what} for {time}, with at least {share} % of it covered at every moment", "у зоні «{zone}» протягом {time} не було такого: {what}, а спостереження щомиті охоплювало щонайменше {share} % зони", "в зоне «{zone}» в течение {time} не было такого: {what}, а наблюдение в каждый момент охватывало не менее {share} % зоны", "la zone « {zone} » est restée sans {what} pendant {time}, au moins {share} % de la zone étant couverts à tout moment";
    COME = "this has come about: “{event}”", "настала подія: «{event}»", "наступило событие: «{event}»", "l’événement est survenu : « {event} »";
    BREACHED = "{label} is breached{by}", "порушено положення {label}{by}", "нарушено положение {label}{by}", "la clause {label} est violée{by}";
    DONE = "what {label} asks for is done{by}", "виконано те, чого вимагає положення {label}{by}", "выполнено то, чего требует положение {label}{by}", "ce que demande la clause {label} est fait{by}";
    BY = " by {who}", " (ким: {who})", " (кем: {who})", " par {who}";
    FOUND = "{body} has found: “{words}”", "встановлено ({body}): «{words}»", "установлено ({body}): «{words}»", "{body} a constaté : « {words} »";
    // Limits.
    HOLD = "have {amount} {unit} {place}", "мати таке: {unit}, {amount}, {place}", "иметь следующее: {unit}, {amount}, {place}", "avoir {amount} {unit} {place}";
    SUPPORT = "support {whose} in having {amount} {unit} {place}", "надавати підтримку (кому: {whose}) для утримання такого: {unit}, {amount}, {place}", "оказывать поддержку (кому: {whose}) для содержания следующего: {unit}, {amount}, {place}", "aider {whose} à avoir {amount} {unit} {place}";
    AT_MOST = "at most {n}", "щонайбільше {n}", "не более {n}", "au plus {n}";
    AT_LEAST = "at least {n}", "щонайменше {n}", "не менее {n}", "au moins {n}";
    BETWEEN = "at least {n} and at most {m}", "щонайменше {n} і щонайбільше {m}", "не менее {n} и не более {m}", "au moins {n} et au plus {m}";
    LEVEL = "{n} (the text does not say whether this is a cap or a floor)", "{n} (текст не каже, чи це верхня, чи нижня межа)", "{n} (текст не говорит, верхний это предел или нижний)", "{n} (le texte ne dit pas s’il s’agit d’un plafond ou d’un plancher)";
    WHILE = "It binds only in these circumstances: “{words}”.", "Діє лише за таких обставин: «{words}».", "Действует лишь при таких обстоятельствах: «{words}».", "Elle ne vaut que dans ces circonstances : « {words} ».";
    COUNTS = "What counts: {includes}; what does not: {excludes}.", "Враховується: {includes}; не враховується: {excludes}.", "Учитывается: {includes}; не учитывается: {excludes}.", "Compte : {includes} ; ne compte pas : {excludes}.";
    NOT_SAID = "not said", "не сказано", "не сказано", "non précisé";
    // Shares.
    SHARE = "{flow} is shared: {shares}, settled per {per}, with a tolerance of {tolerance}", "{flow} ділиться так: {shares}; розрахунок за період: {per}; допуск: {tolerance}", "{flow} делится так: {shares}; расчёт за период: {per}; допуск: {tolerance}", "{flow} est partagé : {shares}, réglé par {per}, avec une tolérance de {tolerance}";
    NOTHING_AT_ZERO = "Where it is zero or negative there is nothing to share.", "Коли потік нульовий чи від’ємний, ділити нічого.", "Когда поток нулевой или отрицательный, делить нечего.", "Quand le flux est nul ou négatif, il n’y a rien à partager.";
    ZERO_NOT_SAID = "The text does not say what is shared when it is zero or negative.", "Текст не каже, що ділиться, коли потік нульовий чи від’ємний.", "Текст не говорит, что делится, когда поток нулевой или отрицательный.", "Le texte ne dit pas ce qui est partagé quand le flux est nul ou négatif.";
    // Deeds.
    DO = "do this: “{words}”{amount} {place}", "зробити таке: «{words}»{amount} {place}", "сделать следующее: «{words}»{amount} {place}", "accomplir ceci : « {words} »{amount} {place}";
    AMOUNT_OF = ", {n} {unit}", ", {n} ({unit})", ", {n} ({unit})", ", {n} ({unit})";
    WITHDRAW = "withdraw {what} from `{zone}`", "вивести із зони «{zone}»: {what}", "вывести из зоны «{zone}»: {what}", "retirer de la zone « {zone} » : {what}";
    ALL_FORCES = "all forces", "усі сили", "все силы", "toutes les forces";
    TESTED = "It is tested by: {words}.", "Перевіряється так: {words}.", "Проверяется так: {words}.", "Vérification : {words}.";
    VERIFIED_ONLY = "What is reported and not verified is not done.", "Про що повідомлено, але що не перевірено, те не виконано.", "О чём сообщено, но что не проверено, то не выполнено.", "Ce qui est annoncé sans être vérifié n’est pas fait.";
    // Notices, access, remedies.
    NOTIFY = "notify {to} of {what} {place}, {lead} before, stating {content}", "повідомляти (кого: {to}) про таке: {what} {place}; щонайменше за {lead}; зазначаючи: {content}", "уведомлять (кого: {to}) о следующем: {what} {place}; не менее чем за {lead}; указывая: {content}", "notifier à {to} : {what} {place}, au moins {lead} avant, en précisant : {content}";
    LEVELS = "A notice is passed on to {levels}{read_back}.", "Повідомлення передають далі: {levels}{read_back}.", "Уведомление передают дальше: {levels}{read_back}.", "L’avis est transmis à : {levels}{read_back}.";
    READ_BACK = ", and each reads it back", ", і кожен повторює його зміст", ", и каждый повторяет его содержание", ", et chacun en répète le contenu";
    NO_PERMISSION = "A notice asks for no permission and gives none.", "Повідомлення не просить дозволу й не дає його.", "Уведомление не просит разрешения и не даёт его.", "Un avis ne demande ni ne donne de permission.";
    ADMIT = "give {who} access, {place}, within {time} of the request", "допускати (кого: {who}) {place} протягом {time} з моменту запиту", "допускать (кого: {who}) {place} в течение {time} с момента запроса", "admettre {who} {place} dans un délai de {time} après la demande";
    INSPECT = "accept {n} inspections per {per} by {who} {place}, each within {time} of the request", "приймати інспекції (скільки: {n}; період: {per}; хто: {who}) {place}, кожну протягом {time} з моменту запиту", "принимать инспекции (сколько: {n}; период: {per}; кто: {who}) {place}, каждую в течение {time} с момента запроса", "accepter {n} inspections par {per} ({who}) {place}, chacune dans un délai de {time} après la demande";
    REMEDY = "make good a breach of {of} by “{act}” within {time}, and report it to {to}", "усунути порушення {of} так: «{act}», протягом {time}, і звітувати (кому: {to})", "устранить нарушение {of} так: «{act}», в течение {time}, и отчитаться (кому: {to})", "réparer une violation de {of} par « {act} » dans un délai de {time}, et en rendre compte à {to}";
    // Guarantee.
    GUARANTEE = "The guarantee of {who} to {whom} falls due when all of this is met: {elements}", "Гарантія ({who}; кому: {whom}) настає, коли виконано все таке: {elements}", "Гарантия ({who}; кому: {whom}) наступает, когда выполнено всё следующее: {elements}", "La garantie de {who} envers {whom} est due quand tout ceci est réuni : {elements}";
    NEVER_DECIDES = "Each element is told apart, with its evidence; that the case has arisen is for people to decide.", "Кожну ознаку показано окремо з доказами; чи настав випадок, вирішують люди.", "Каждый признак показан отдельно с доказательствами; наступил ли случай, решают люди.", "Chaque élément est présenté à part avec ses preuves ; c’est aux personnes de décider si le cas est réalisé.";
    ELEMENT_IS = "{element} (test: {tests})", "{element}, ознака: {tests}", "{element}, признак: {tests}", "{element}, critère : {tests}";
    ELEMENT_OPEN = "{element} (the text does not say what meets it)", "{element} (текст не каже, що саме це означає)", "{element} (текст не говорит, что именно это значит)", "{element} (le texte ne dit pas ce qui y répond)";
    FIRE_BY = "fire by {who}", "вогонь (хто: {who})", "огонь (кто: {who})", "tir de {who}";
    ATTACK_BY = "armed attack by {who}", "збройний напад (хто: {who})", "вооружённое нападение (кто: {who})", "attaque armée de {who}";
    SIGNIFICANT = "significant", "значний", "значительность", "ampleur significative";
    DELIBERATE = "deliberate", "умисний", "умышленность", "intention délibérée";
    SUSTAINED = "sustained", "тривалий", "длительность", "caractère soutenu";
    UNPROVOKED = "unprovoked", "не спровокований", "отсутствие провокации", "absence de provocation";
    ACROSS = "across `{line}`", "через лінію «{line}»", "через линию «{line}»", "au-delà de la ligne « {line} »";
    HEAVIER = "{weapon} or heavier", "{weapon} або важче", "{weapon} или тяжелее", "{weapon} ou plus lourd";
    CASUALTIES = "{n} casualties or more", "щонайменше {n} потерпілих", "не менее {n} пострадавших", "au moins {n} victimes";
    DEPTH = "a depth of {distance} or more", "глибина щонайменше {distance}", "глубина не менее {distance}", "une profondeur d’au moins {distance}";
    DAYS_OF = "on {on} of {of} days", "у {on} з {of} днів", "в {on} из {of} дней", "{on} jours sur {of}";
    FIRST_SHOT = "the first shot", "перший постріл", "первый выстрел", "le premier tir";
    // Responses.
    RESPOND = "{verb} within {time} of {zero}", "{verb} протягом {time} (відлік від: {zero})", "{verb} в течение {time} (отсчёт от: {zero})", "{verb} dans un délai de {time} après : {zero}";
    CONSULT = "consult", "провести консультації", "провести консультации", "se consulter";
    RESPOND_VERB = "respond", "відповісти", "ответить", "réagir";
    TAKE_MEASURES = "take measures", "вжити заходів", "принять меры", "prendre des mesures";
    ZERO_VIOLATION = "the first violation", "перше порушення", "первое нарушение", "la première violation";
    ZERO_RECORDED = "the first recorded violation", "перше записане порушення", "первое записанное нарушение", "la première violation consignée";
    ZERO_REQUEST = "the request", "запит", "запрос", "la demande";
    ZERO_DECISION = "the decision of {body}", "рішення ({body})", "решение ({body})", "la décision de {body}";
    ZERO_UNSAID = "a moment that the text does not name", "момент, якого текст не називає", "момент, которого текст не называет", "un moment que le texte ne nomme pas";
    TIER = "Tier {n}{within}{when}: {what}.", "Рівень {n}{within}{when}: {what}.", "Уровень {n}{within}{when}: {what}.", "Palier {n}{within}{when} : {what}.";
    TIER_WITHIN = " within {time}", ", протягом {time}", ", в течение {time}", ", sous {time}";
    TIER_WHEN = " when “{words}”", ", якщо «{words}»", ", если «{words}»", ", si « {words} »";
    MEASURES = "Measures: {all}.", "Заходи: {all}.", "Меры: {all}.", "Mesures : {all}.";
    PROCEDURE = "Procedure: {words}.", "Процедура: {words}.", "Процедура: {words}.", "Procédure : {words}.";
    RESTARTS = "A later violation starts the clock anew.", "Пізніше порушення запускає відлік заново.", "Более позднее нарушение запускает отсчёт заново.", "Une violation ultérieure fait repartir le délai.";
    NO_RESTART = "A later violation does not start the clock anew.", "Пізніше порушення не запускає відлік заново.", "Более позднее нарушение не запускает отсчёт заново.", "Une violation ultérieure ne fait pas repartir le délai.";
    RESTART_UNSAID = "The text does not say whether a later violation starts the clock anew.", "Текст не каже, чи пізніше порушення запускає відлік заново.", "Текст не говорит, запускает ли более позднее нарушение отсчёт заново.", "Le texte ne dit pas si une violation ultérieure fait repartir le délai.";
    // Effects.
    EFFECT = "{of}: {becomes} for {whom} when {conditions}", "{of}: {becomes} (для кого: {whom}), якщо {conditions}", "{of}: {becomes} (для кого: {whom}), если {conditions}", "{of} : {becomes} pour {whom} si {conditions}";
    VOID = "void", "втрата чинності", "утрата силы", "nullité";
    SUSPENDED = "suspended", "зупинення", "приостановление", "suspension";
    RELEASED = "no longer binding", "звільнення від обов’язку", "освобождение от обязанности", "libération de l’obligation";
    REIMPOSED = "reimposed", "повторне запровадження", "повторное введение", "rétablissement";
    ENDED = "ended", "припинення", "прекращение", "extinction";
    FOR_ALL = "everybody", "усі", "все", "tous";
    THE_OTHER = "the other side", "інша сторона", "другая сторона", "l’autre partie";
    STEP = "{who} has {time}{extendable}", "{who}: {time}{extendable}", "{who}: {time}{extendable}", "{who} dispose de {time}{extendable}";
    EXTENDABLE = " (may be extended)", " (можна продовжити)", " (можно продлить)", " (prolongeable)";
    STEPS = "Before that: {all}.", "Перед тим: {all}.", "До того: {all}.", "Auparavant : {all}.";
    AT_THE_SAME_TIME = "at the same time {step}", "одночасно {step}", "одновременно {step}", "en même temps {step}";
    ORDERED_BY = "It is ordered by {body}; nothing follows by itself.", "Про це вирішує {body}; само собою нічого не настає.", "Об этом решает {body}; само собой ничего не наступает.", "{body} l’ordonne ; rien ne suit de soi-même.";
    UNLESS_DECIDED = "It takes effect by silence unless {body} decides otherwise in that time; the program enacts nothing.", "Настає за мовчанням, якщо {body} за цей час не вирішить інакше; програма сама нічого не вводить.", "Наступает при молчании, если {body} за это время не решит иначе; программа сама ничего не вводит.", "L’effet vient du silence, sauf si {body} en décide autrement dans ce délai ; le programme n’édicte rien.";
    BY_NOBODY = "The text does not say who orders it.", "Текст не каже, хто про це вирішує.", "Текст не говорит, кто об этом решает.", "Le texte ne dit pas qui l’ordonne.";
    // Mandates.
    DECIDES = "{body} decides on {powers}{rule}{quorum}{deadline}", "{body} вирішує: {powers}{rule}{quorum}{deadline}", "{body} решает: {powers}{rule}{quorum}{deadline}", "{body} décide : {powers}{rule}{quorum}{deadline}";
    RECORDS = "{body} records", "{body} веде записи", "{body} ведёт записи", "{body} consigne les faits";
    RECORDS_ONLY = "{body} records and decides nothing", "{body} веде записи й нічого не вирішує", "{body} ведёт записи и ничего не решает", "{body} consigne les faits et ne décide rien";
    DECIDES_NOTHING = "{body} decides nothing", "{body} нічого не вирішує", "{body} ничего не решает", "{body} ne décide rien";
    QUORUM = ", with at least {n} members present", ", за присутності щонайменше {n} членів", ", в присутствии не менее {n} членов", ", au moins {n} membres étant présents";
    DEADLINE = ", within {time}", ", протягом {time}", ", в течение {time}", ", sous {time}";
    ABSENCE = "An absent member is noted and the work goes on.", "Відсутність члена зазначають, і робота триває.", "Отсутствие члена отмечают, и работа продолжается.", "L’absence d’un membre est notée et le travail continue.";
    CHAIR = ", by its head", ", рішенням голови", ", решением главы", ", par son président";
    CONSENSUS = ", by consensus", ", консенсусом", ", консенсусом", ", par consensus";
    UNANIMITY = ", unanimously", ", одноголосно", ", единогласно", ", à l’unanimité";
    MAJORITY = ", by majority", ", більшістю", ", большинством", ", à la majorité";
    SILENCE = ", by silence: adopted unless somebody objects within {time}", ", мовчанням: ухвалено, якщо ніхто не заперечить протягом {time}", ", молчанием: принято, если никто не возразит в течение {time}", ", par silence : adopté sauf objection dans un délai de {time}";
    EACH_FOR_ITSELF = ", each member for itself", ", кожен член сам за себе", ", каждый член сам за себя", ", chaque membre pour soi";
    P_RECORD = "recording", "записування", "записи", "consignation";
    P_VERIFY = "verification", "перевірка", "проверка", "vérification";
    P_OCCURRENCE = "whether a breach occurred", "чи сталося порушення", "произошло ли нарушение", "l’existence d’une violation";
    P_ATTRIBUTION = "who is responsible", "хто відповідальний", "кто ответствен", "la responsabilité";
    P_REMEDY = "remedies", "заходи з усунення", "меры устранения", "les réparations";
    P_GUARANTEE = "the guarantee", "гарантія", "гарантия", "la garantie";
    P_EFFECT = "legal effects", "правові наслідки", "правовые последствия", "les effets juridiques";
    P_INTERPRETATION = "what the text means", "тлумачення тексту", "толкование текста", "l’interprétation du texte";
    // Indicators.
    INDICATOR = "Indicator “{title}”: {what}{place}, counted over {window}{baseline}; it is met when that {turn}", "Індикатор «{title}»: {what}{place}, підрахунок за {window}{baseline}; він спрацьовує, коли це число {turn}", "Индикатор «{title}»: {what}{place}, подсчёт за {window}{baseline}; он срабатывает, когда это число {turn}", "Indicateur « {title} » : {what}{place}, compté sur {window}{baseline} ; il est atteint quand ce nombre {turn}";
    MISSING = "{what} that was declared and is not there", "{what}: заявлено, але на місці немає", "{what}: заявлено, но на месте нет", "{what} : déclaré, mais absent";
    NOTICES_OF = "notices of {what}", "сповіщення про таке: {what}", "уведомления о следующем: {what}", "avis concernant : {what}";
    NOTICES_OF_ALL = "notices of anything", "будь-які сповіщення", "любые уведомления", "avis de toute nature";
    CALLS = "calls on the hotline", "дзвінки на гарячу лінію", "звонки на горячую линию", "appels sur la ligne directe";
    BASE_BEFORE = ", against the {time} before", ", порівняно з попереднім строком ({time})", ", по сравнению с предыдущим сроком ({time})", ", par rapport à la période précédente ({time})";
    BASE_SINCE = ", against all the time before, since: {moment}", ", порівняно з усім попереднім часом, починаючи так: {moment}", ", по сравнению со всем предыдущим временем, начиная так: {moment}", ", par rapport à tout le temps précédent, depuis : {moment}";
    BASE_BETWEEN = ", against the time from: {from}, to: {to}", ", порівняно з часом від: {from}, до: {to}", ", по сравнению со временем от: {from}, до: {to}", ", par rapport à la période de : {from}, à : {to}";
    RISES = "rises to {level} or more{least}", "зростає до {level} або більше{least}", "возрастает до {level} или больше{least}", "monte à {level} ou plus{least}";
    FALLS = "falls to {level} or less", "падає до {level} або менше", "падает до {level} или меньше", "descend à {level} ou moins";
    STOPS = "becomes none", "стає нулем", "становится нулём", "tombe à zéro";
    LEVEL_COUNT = "{n}", "{n}", "{n}", "{n}";
    LEVEL_HOUR = "{n} per watched hour", "{n} за годину спостереження", "{n} за час наблюдения", "{n} par heure observée";
    LEVEL_TIMES = "{n} times the baseline", "{n}-кратного базового рівня", "{n}-кратного базового уровня", "{n} fois le niveau de référence";
    LEVEL_LEAST = ", and is at least {n}", " і становить щонайменше {n}", " и составляет не менее {n}", ", et vaut au moins {n}";
    TOLD = "Told to: {who}.", "Повідомляють: {who}.", "Сообщают: {who}.", "Sont avertis : {who}.";
    UNSEEN = "Where less than {share} % was watched, that there is less or none is undetermined: neither calm nor an alarm.", "Якщо спостерігали менш як {share} %, то менше чи нуль лишається невизначеним: це ні спокій, ні тривога.", "Если наблюдали менее {share} %, то меньше или ноль остаётся неопределённым: это ни спокойствие, ни тревога.", "Si moins de {share} % a été observé, moins ou rien reste indéterminé : ni calme, ni alarme.";
    UNVISITED = "Where nobody could count, it is undetermined.", "Де ніхто не міг порахувати, там це невизначено.", "Где никто не мог посчитать, там это не определено.", "Là où personne n’a pu compter, cela reste indéterminé.";
    UNKEPT = "Where it is not known that a log was kept, that there is less or none is undetermined.", "Якщо невідомо, чи вівся журнал, то менше чи нуль лишається невизначеним.", "Если неизвестно, вёлся ли журнал, то меньше или ноль остаётся неопределённым.", "Si l’on ignore si un registre a été tenu, moins ou rien reste indéterminé.";
    NO_PROMISE = "People set the level: no rate of false alarms is promised.", "Рівень установили люди: жодної частоти хибних тривог не обіцяно.", "Уровень установили люди: никакая частота ложных тревог не обещана.", "Le niveau est fixé par des personnes : aucun taux de fausses alertes n’est promis.";
    // Common.
    STANDARD = "Standard of proof: {words}.", "Стандарт доказування: {words}.", "Стандарт доказывания: {words}.", "Niveau de preuve : {words}.";
    DECIDED_BY = "{body} decides on a breach.", "Про порушення вирішує: {body}.", "О нарушении решает: {body}.", "{body} décide d’une violation.";
    VERIFIED_BY = "Verified by: {all}.", "Перевіряють: {all}.", "Проверяют: {all}.", "Vérifié par : {all}.";
    REMEDIES = "Remedy foreseen: {all}.", "Передбачене усунення: {all}.", "Предусмотренное устранение: {all}.", "Réparation prévue : {all}.";
    PAIRED = "It is paired with {labels}: each is shown beside the other.", "У парі з {labels}: кожне показують поруч з іншим.", "В паре с {labels}: каждое показывают рядом с другим.", "En paire avec {labels} : chacune est montrée à côté de l’autre.";
    REPLACES = "It replaces {label}.", "Заміняє {label}.", "Заменяет {label}.", "Elle remplace {label}.";
    // Instrument and brackets.
    STATUS = "Status: {words}.", "Статус: {words}.", "Статус: {words}.", "Statut : {words}.";
    FORCE_AT = "Entry into force: {moment}.", "Набрання чинності: {moment}.", "Вступление в силу: {moment}.", "Entrée en vigueur : {moment}.";
    ADHERED = "{who}: {act}{date}.", "{who}: {act}{date}.", "{who}: {act}{date}.", "{who} : {act}{date}.";
    RESERVED = "Reservation of {who} to {labels}: “{words}”.", "Застереження ({who}) до {labels}: «{words}».", "Оговорка ({who}) к {labels}: «{words}».", "Réserve de {who} sur {labels} : « {words} ».";
    RELATED = "It {relation} “{other}”.", "Зв’язок ({relation}): «{other}».", "Связь ({relation}): «{other}».", "Rapport ({relation}) : « {other} ».";
    BRACKET = "Not agreed, {label}{title}: {all}.", "Не узгоджено, {label}{title}: {all}.", "Не согласовано, {label}{title}: {all}.", "Non convenu, {label}{title} : {all}.";
    PROPOSES = "{who} proposes “{words}”", "пропозиція ({who}): «{words}»", "предложение ({who}): «{words}»", "proposition ({who}) : « {words} »";
    PROPOSE = "{who} propose “{words}”", "пропозиція ({who}): «{words}»", "предложение ({who}): «{words}»", "proposition ({who}) : « {words} »";
    PROPOSES_NOTHING = "{who} proposes to leave it out", "пропозиція ({who}): вилучити це", "предложение ({who}): исключить это", "proposition ({who}) : l’omettre";
    PROPOSE_NOTHING = "{who} propose to leave it out", "пропозиція ({who}): вилучити це", "предложение ({who}): исключить это", "proposition ({who}) : l’omettre";
    SOMEBODY = "somebody whom the text does not name", "хто саме, текст не каже", "кто именно, текст не говорит", "auteur que le texte ne nomme pas";
    LEAVE_OUT = "or it is left out", "або це вилучають", "или это исключают", "ou bien on l’omet";
}

/// Names of the known kinds of fact: Ukrainian, Russian, French.
const KINDS: &[(&str, [&str; 3])] = &[
    ("explosion", ["вибух", "взрыв", "explosion"]),
    ("burst", ["черга", "очередь", "rafale"]),
    ("shot", ["постріл", "выстрел", "coup de feu"]),
    ("projectile", ["снаряд у польоті", "снаряд в полёте", "projectile en vol"]),
    ("muzzle flash", ["дульний спалах", "дульная вспышка", "lueur de départ"]),
    ("flare", ["освітлювальна ракета", "осветительная ракета", "fusée éclairante"]),
    ("airstrike", ["авіаудар", "авиаудар", "frappe aérienne"]),
    ("drone strike", ["удар безпілотника", "удар беспилотника", "frappe de drone"]),
    ("artillery fire", ["артилерійський вогонь", "артиллерийский огонь", "tir d’artillerie"]),
    ("firefight", ["ближній бій", "ближний бой", "échange de tirs"]),
    ("violence", ["насильство", "насилие", "violence"]),
    ("weapon", ["озброєння", "вооружение", "arme"]),
    ("troops", ["особи зі зброєю", "лица с оружием", "hommes en armes"]),
    ("armour", ["бронетехніка", "бронетехника", "blindés"]),
    ("flight", ["політ", "полёт", "vol"]),
    ("movement", ["пересування сил", "перемещение сил", "mouvement de forces"]),
    (
        "mine",
        [
            "міна чи нерозірваний боєприпас",
            "мина или неразорвавшийся боеприпас",
            "mine ou munition non explosée",
        ],
    ),
    ("casualty", ["потерпілий", "пострадавший", "victime"]),
    ("damage", ["пошкодження", "повреждение", "dégât"]),
    ("air alert", ["повітряна тривога", "воздушная тревога", "alerte aérienne"]),
    ("thermal anomaly", ["теплова аномалія", "тепловая аномалия", "anomalie thermique"]),
    ("jamming", ["глушіння сигналів", "глушение сигналов", "brouillage"]),
    ("sensor blinded", ["осліплений датчик", "ослеплённый датчик", "capteur aveuglé"]),
    ("sensor destroyed", ["знищений датчик", "уничтоженный датчик", "capteur détruit"]),
    ("sensor moved", ["переміщений датчик", "перемещённый датчик", "capteur déplacé"]),
    ("marker moved", ["переміщений знак лінії", "перемещённый знак линии", "borne déplacée"]),
    ("marker destroyed", ["знищений знак лінії", "уничтоженный знак линии", "borne détruite"]),
    ("seal broken", ["зламана пломба", "сломанная пломба", "scellé rompu"]),
    ("staff threatened", ["погроза спостерігачам", "угроза наблюдателям", "observateurs menacés"]),
    ("staff attacked", ["напад на спостерігачів", "нападение на наблюдателей", "observateurs attaqués"]),
    ("access denied", ["відмова в доступі", "отказ в доступе", "accès refusé"]),
    ("access delayed", ["затримка доступу", "задержка доступа", "accès retardé"]),
    ("other", ["інше", "другое", "autre"]),
];

/// A kind of fact as people call it; a word that is not of the vocabulary stays as it is.
pub(super) fn kind(language: Language, kind: &str) -> String {
    let at = match language {
        Language::English => return kind.to_owned(),
        Language::Ukrainian => 0,
        Language::Russian => 1,
        Language::French => 2,
    };
    let known = KINDS.iter().find(|(name, _)| *name == kind).and_then(|(_, words)| words.get(at));
    known.map_or_else(|| kind.to_owned(), |w| (*w).to_owned())
}

/// So many of a unit of time.
pub(super) fn counted(language: Language, n: i64, unit: Unit) -> String {
    let forms: [[&str; 3]; 4] = match unit {
        Unit::Minute => {
            [["min", "min", "min"], ["хв", "хв", "хв"], ["мин", "мин", "мин"], ["min", "min", "min"]]
        }
        Unit::Hour => [["h", "h", "h"], ["год", "год", "год"], ["ч", "ч", "ч"], ["h", "h", "h"]],
        Unit::Day => [
            ["day", "days", "days"],
            ["день", "дні", "днів"],
            ["день", "дня", "дней"],
            ["jour", "jours", "jours"],
        ],
        Unit::Month => [
            ["month", "months", "months"],
            ["місяць", "місяці", "місяців"],
            ["месяц", "месяца", "месяцев"],
            ["mois", "mois", "mois"],
        ],
    };
    let [en, uk, ru, fr] = forms;
    let of = match language {
        Language::English => en,
        Language::Ukrainian => uk,
        Language::Russian => ru,
        Language::French => fr,
    };
    let slavic = matches!(language, Language::Ukrainian | Language::Russian);
    let [one, few, many] = of;
    let word = match (slavic, n % 10, n % 100) {
        (true, 1, hundred) if hundred != 11 => one,
        (true, 2..=4, hundred) if !(12..=14).contains(&hundred) => few,
        (true, ..) => many,
        (false, ..) if n == 1 || (language == Language::French && n == 0) => one,
        (false, ..) => few,
    };
    format!("{n} {word}")
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Calendar months.
    Month,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holes(text: &str) -> Vec<&str> {
        let mut all: Vec<&str> = text.split('{').skip(1).filter_map(|p| p.split('}').next()).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn every_phrase_has_the_same_holes_in_every_language_and_is_translated() {
        for (name, phrase) in ALL {
            let [en, rest @ ..] = phrase.0;
            for other in rest {
                assert_eq!(holes(en), holes(other), "{name}");
                let words = holes(en).iter().fold(en.to_owned(), |all, hole| all.replace(hole, ""));
                let only_holes = !words.contains(char::is_alphabetic);
                assert!(other != en || only_holes, "{name} is not translated");
            }
        }
    }

    #[test]
    fn every_known_kind_has_a_name_in_every_language() {
        for known in base::vocabulary::KINDS {
            for language in [Language::Ukrainian, Language::Russian] {
                assert_ne!(kind(language, known.name), known.name);
            }
        }
        assert_eq!(kind(Language::French, "gunfire"), "gunfire");
    }

    #[test]
    fn plural_forms_are_those_of_each_language() {
        let days = |language, n| counted(language, n, Unit::Day);
        assert_eq!(
            [1, 2, 5, 11, 21, 22].map(|n| days(Language::Ukrainian, n)),
            ["1 день", "2 дні", "5 днів", "11 днів", "21 день", "22 дні"]
        );
        assert_eq!(
            [1, 3, 12, 31].map(|n| days(Language::Russian, n)),
            ["1 день", "3 дня", "12 дней", "31 день"]
        );
        assert_eq!([1, 2].map(|n| days(Language::French, n)), ["1 jour", "2 jours"]);
        assert_eq!([1, 2].map(|n| days(Language::English, n)), ["1 day", "2 days"]);
    }
}
