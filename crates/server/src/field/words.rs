//! The words that the form offers, in its languages: English, Ukrainian, Russian, French, Arabic.

/// A text in the form's languages, in the order of [`super::form::LANGUAGES`].
pub(super) type Told = [&'static str; 5];

/// A list of words: its name, and each word as it is sent with how it is told.
pub(super) type List = (&'static str, &'static [(&'static str, Told)]);

const UNDETERMINED: (&str, Told) =
    ("undetermined", ["undetermined", "не визначено", "не определено", "indéterminé", "غير محدد"]);

pub(super) const MEANS: List = (
    "means",
    &[
        ("saw", ["saw", "бачив", "видел", "vu", "شاهدت"]),
        ("heard", ["heard", "чув", "слышал", "entendu", "سمعت"]),
        ("saw_and_heard", ["saw and heard", "бачив і чув", "видел и слышал", "vu et entendu", "شاهدت وسمعت"]),
        ("camera", ["camera", "камера", "камера", "caméra", "كاميرا"]),
        (
            "uav",
            [
                "drone of the mission",
                "дрон місії",
                "дрон миссии",
                "drone de la mission",
                "طائرة مسيّرة للبعثة",
            ],
        ),
        (
            "acoustic",
            [
                "acoustic sensor",
                "акустичний датчик",
                "акустический датчик",
                "capteur acoustique",
                "مستشعر صوتي",
            ],
        ),
        ("radar", ["radar", "радар", "радар", "radar", "رادار"]),
        (
            "open_source",
            ["open source", "відкрите джерело", "открытый источник", "source ouverte", "مصدر مفتوح"],
        ),
        ("testimony", ["somebody told", "хтось розповів", "кто-то рассказал", "témoignage", "شهادة شخص"]),
        UNDETERMINED,
    ],
);

pub(super) const EFFECTS: List = (
    "effect",
    &[
        ("explosion", ["explosion", "вибух", "взрыв", "explosion", "انفجار"]),
        ("burst", ["burst of fire", "черга", "очередь", "rafale", "رشقة"]),
        ("shot", ["single shot", "постріл", "выстрел", "coup de feu", "طلقة"]),
        (
            "projectile",
            [
                "projectile in flight",
                "снаряд у польоті",
                "снаряд в полёте",
                "projectile en vol",
                "مقذوف في الجو",
            ],
        ),
        (
            "muzzle_flash",
            ["muzzle flash", "дульний спалах", "дульная вспышка", "lueur de départ", "وميض فوهة"],
        ),
        (
            "flare",
            [
                "flare or tracer",
                "ракета або трасер",
                "ракета или трассер",
                "fusée ou traçante",
                "قنبلة مضيئة",
            ],
        ),
        ("airstrike", ["air strike", "авіаудар", "авиаудар", "frappe aérienne", "ضربة جوية"]),
        ("drone_strike", ["drone strike", "удар дрона", "удар дрона", "frappe de drone", "ضربة مسيّرة"]),
        (
            "artillery_fire",
            [
                "artillery, mortar, rockets",
                "артилерія, міномет, РСЗВ",
                "артиллерия, миномёт, РСЗО",
                "artillerie, mortier, roquettes",
                "مدفعية أو هاون أو صواريخ",
            ],
        ),
        (
            "firefight",
            ["fight at close quarters", "ближній бій", "ближний бой", "combat rapproché", "اشتباك"],
        ),
        ("weapon", ["weapon present", "наявна зброя", "наличие оружия", "arme présente", "وجود سلاح"]),
        (
            "troops",
            ["persons under arms", "озброєні особи", "вооружённые лица", "personnes armées", "مسلحون"],
        ),
        ("armour", ["armoured vehicles", "бронетехніка", "бронетехника", "véhicules blindés", "مدرعات"]),
        (
            "flight",
            [
                "aircraft or drone in the air",
                "літак або дрон у повітрі",
                "самолёт или дрон в воздухе",
                "aéronef ou drone en vol",
                "طائرة أو مسيّرة في الجو",
            ],
        ),
        (
            "movement",
            ["movement of forces", "переміщення сил", "перемещение сил", "mouvement de forces", "تحرك قوات"],
        ),
        (
            "mine",
            [
                "mine or unexploded ordnance",
                "міна або боєприпас",
                "мина или боеприпас",
                "mine ou engin non explosé",
                "لغم أو ذخيرة غير منفجرة",
            ],
        ),
        (
            "casualty",
            [
                "person killed or wounded",
                "загиблий або поранений",
                "погибший или раненый",
                "tué ou blessé",
                "قتيل أو جريح",
            ],
        ),
        ("damage", ["damage", "пошкодження", "повреждение", "dégâts", "أضرار"]),
        ("jamming", ["jamming", "радіозавади", "радиопомехи", "brouillage", "تشويش"]),
        (
            "staff_threatened",
            [
                "monitors threatened",
                "погрози спостерігачам",
                "угрозы наблюдателям",
                "observateurs menacés",
                "تهديد المراقبين",
            ],
        ),
        (
            "staff_attacked",
            [
                "monitors fired at or hurt",
                "обстріл спостерігачів",
                "обстрел наблюдателей",
                "observateurs attaqués",
                "إطلاق نار على المراقبين",
            ],
        ),
        ("other", ["other", "інше", "другое", "autre", "أخرى"]),
        UNDETERMINED,
    ],
);

pub(super) const UNITS: List = (
    "unit",
    &[
        ("explosion", ["explosions", "вибухи", "взрывы", "explosions", "انفجارات"]),
        ("burst", ["bursts", "черги", "очереди", "rafales", "رشقات"]),
        ("shot", ["shots", "постріли", "выстрелы", "coups de feu", "طلقات"]),
        ("projectile", ["projectiles", "снаряди", "снаряды", "projectiles", "مقذوفات"]),
        ("muzzle_flash", ["flashes", "спалахи", "вспышки", "lueurs", "ومضات"]),
        ("flare", ["flares", "ракети", "ракеты", "fusées", "شعلات"]),
        ("person", ["persons", "особи", "лица", "personnes", "أشخاص"]),
        ("vehicle", ["vehicles", "машини", "машины", "véhicules", "مركبات"]),
        ("weapon", ["weapons", "одиниці зброї", "единицы оружия", "armes", "أسلحة"]),
        ("aircraft", ["aircraft", "літальні апарати", "летательные аппараты", "aéronefs", "طائرات"]),
        ("object", ["objects", "об’єкти", "объекты", "objets", "أشياء"]),
        UNDETERMINED,
    ],
);

pub(super) const DIRECTIONS: List = (
    "direction",
    &[
        ("N", ["N", "Пн", "С", "N", "شمال N"]),
        ("NNE", ["NNE", "ПнПнСх", "ССВ", "NNE", "NNE"]),
        ("NE", ["NE", "ПнСх", "СВ", "NE", "شمال شرق NE"]),
        ("ENE", ["ENE", "СхПнСх", "ВСВ", "ENE", "ENE"]),
        ("E", ["E", "Сх", "В", "E", "شرق E"]),
        ("ESE", ["ESE", "СхПдСх", "ВЮВ", "ESE", "ESE"]),
        ("SE", ["SE", "ПдСх", "ЮВ", "SE", "جنوب شرق SE"]),
        ("SSE", ["SSE", "ПдПдСх", "ЮЮВ", "SSE", "SSE"]),
        ("S", ["S", "Пд", "Ю", "S", "جنوب S"]),
        ("SSW", ["SSW", "ПдПдЗх", "ЮЮЗ", "SSO", "SSW"]),
        ("SW", ["SW", "ПдЗх", "ЮЗ", "SO", "جنوب غرب SW"]),
        ("WSW", ["WSW", "ЗхПдЗх", "ЗЮЗ", "OSO", "WSW"]),
        ("W", ["W", "Зх", "З", "O", "غرب W"]),
        ("WNW", ["WNW", "ЗхПнЗх", "ЗСЗ", "ONO", "WNW"]),
        ("NW", ["NW", "ПнЗх", "СЗ", "NO", "شمال غرب NW"]),
        ("NNW", ["NNW", "ПнПнЗх", "ССЗ", "NNO", "NNW"]),
        ("northerly", ["northerly", "північніше", "к северу", "vers le nord", "باتجاه الشمال"]),
        (
            "north-easterly",
            [
                "north-easterly",
                "північно-східніше",
                "к северо-востоку",
                "vers le nord-est",
                "باتجاه الشمال الشرقي",
            ],
        ),
        ("easterly", ["easterly", "східніше", "к востоку", "vers l’est", "باتجاه الشرق"]),
        (
            "south-easterly",
            [
                "south-easterly",
                "південно-східніше",
                "к юго-востоку",
                "vers le sud-est",
                "باتجاه الجنوب الشرقي",
            ],
        ),
        ("southerly", ["southerly", "південніше", "к югу", "vers le sud", "باتجاه الجنوب"]),
        (
            "south-westerly",
            [
                "south-westerly",
                "південно-західніше",
                "к юго-западу",
                "vers le sud-ouest",
                "باتجاه الجنوب الغربي",
            ],
        ),
        ("westerly", ["westerly", "західніше", "к западу", "vers l’ouest", "باتجاه الغرب"]),
        (
            "north-westerly",
            [
                "north-westerly",
                "північно-західніше",
                "к северо-западу",
                "vers le nord-ouest",
                "باتجاه الشمال الغربي",
            ],
        ),
        UNDETERMINED,
    ],
);

pub(super) const BANDS: List = (
    "range_band",
    &[
        ("under_500_m", ["under 500 m", "до 500 м", "до 500 м", "moins de 500 m", "أقل من 500 م"]),
        (
            "500_m_to_1_km",
            ["500 m to 1 km", "500 м – 1 км", "500 м – 1 км", "500 m à 1 km", "500 م إلى 1 كم"],
        ),
        ("1_to_2_km", ["1 to 2 km", "1–2 км", "1–2 км", "1 à 2 km", "1 إلى 2 كم"]),
        ("2_to_5_km", ["2 to 5 km", "2–5 км", "2–5 км", "2 à 5 km", "2 إلى 5 كم"]),
        ("5_to_10_km", ["5 to 10 km", "5–10 км", "5–10 км", "5 à 10 km", "5 إلى 10 كم"]),
        ("over_10_km", ["over 10 km", "понад 10 км", "более 10 км", "plus de 10 km", "أكثر من 10 كم"]),
        UNDETERMINED,
    ],
);

pub(super) const YES_NO: List = (
    "yes_no",
    &[("yes", ["yes", "так", "да", "oui", "نعم"]), ("no", ["no", "ні", "нет", "non", "لا"]), UNDETERMINED],
);

pub(super) const ASSESSMENTS: List = (
    "assessment",
    &[
        ("outgoing", ["outgoing", "вихідний", "исходящий", "départ", "صادر"]),
        ("impact", ["impact", "влучання", "попадание", "impact", "سقوط"]),
        (
            "airburst",
            ["burst in the air", "повітряний розрив", "воздушный разрыв", "explosion en l’air", "انفجار جوي"],
        ),
        UNDETERMINED,
    ],
);

pub(super) const CERTAINTIES: List = (
    "certainty",
    &[
        ("certain", ["certain", "точно", "точно", "certain", "مؤكد"]),
        ("probable", ["probable", "ймовірно", "вероятно", "probable", "مرجح"]),
        ("possible", ["possible", "можливо", "возможно", "possible", "محتمل"]),
        UNDETERMINED,
    ],
);

pub(super) const RELATIONS: List = (
    "zone_relation",
    &[
        ("inside", ["inside", "усередині", "внутри", "à l’intérieur", "داخلها"]),
        ("near", ["near", "поблизу", "вблизи", "à proximité", "بالقرب منها"]),
        ("outside", ["outside", "зовні", "снаружи", "à l’extérieur", "خارجها"]),
        UNDETERMINED,
    ],
);

pub(super) const ACCESS: List = (
    "access",
    &[
        ("denied", ["denied", "відмовлено", "отказано", "refusé", "رُفض"]),
        ("delayed", ["delayed", "затримано", "задержано", "retardé", "أُخّر"]),
        (
            "conditional",
            ["only on conditions", "лише за умов", "только на условиях", "sous conditions", "بشروط"],
        ),
    ],
);

pub(super) const NOT_SEEN: List = (
    "not_seen",
    &[
        (
            "fog",
            [
                "fog, smoke, rain",
                "туман, дим, дощ",
                "туман, дым, дождь",
                "brouillard, fumée, pluie",
                "ضباب أو دخان أو مطر",
            ],
        ),
        ("night", ["darkness", "темрява", "темнота", "obscurité", "ظلام"]),
        ("jamming", ["jamming", "радіозавади", "радиопомехи", "brouillage", "تشويش"]),
        (
            "camera_down",
            ["camera down", "камера не працює", "камера не работает", "caméra en panne", "الكاميرا معطلة"],
        ),
        ("other", ["other", "інше", "другое", "autre", "أخرى"]),
    ],
);
