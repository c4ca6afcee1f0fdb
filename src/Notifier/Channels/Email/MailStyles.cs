using Observability.Configuration;
using Observability.Notifier.Rendering;

namespace Observability.Notifier.Channels.Email;

/// <summary>Colours and type of the mails. Styles are inline because many mail programs drop the sheet; the sheet only adds dark mode and phones.</summary>
internal static class MailStyles
{
    private const string Face = "font-family:'Segoe UI',-apple-system,Roboto,'Helvetica Neue',Arial,sans-serif;";

    public const string Sheet =
        "@media (prefers-color-scheme:dark){.bg{background:#0F1216!important}.card{background:#161A20!important;border-color:#2A313B!important}"
        + ".ink{color:#E9ECF1!important}.ink2{color:#B4BCC8!important}.ink3{color:#929CAB!important}"
        + ".code{background:#0B0E11!important;border-color:#2A313B!important;color:#B4BCC8!important}.ln{border-color:#2A313B!important}.lk{color:#7DB7F5!important}"
        + ".pb{background:#7DB7F5!important;border-color:#7DB7F5!important}.pbt{color:#06223D!important}.sb{background:#161A20!important;border-color:#6B7686!important}"
        + ".prod{background:#F2F4F7!important;color:#14181F!important;border-color:#F2F4F7!important}"
        + ".stg{background:#241D3D!important;color:#B7A5F5!important;border-color:#B7A5F5!important}"
        + ".dev{background:#12302B!important;color:#5CC9B4!important;border-color:#5CC9B4!important}"
        + ".eph{background:#232A34!important;color:#A7B1C0!important;border-color:#232A34!important}"
        + ".unk{background:#161A20!important;color:#929CAB!important;border-color:#929CAB!important}"
        + ".crit{color:#FF7A9C!important}.erro{color:#FF9B62!important}.warn{color:#E6BC3C!important}.info{color:#6FB4F2!important}.okc{color:#5FB88F!important}"
        + ".barg{background:#5FB88F!important}}\n"
        + "@media (max-width:480px){.pad{padding-left:18px!important;padding-right:18px!important}.bt{width:100%!important}"
        + ".btn{display:block!important;padding:0 0 8px!important}.btn a{display:block!important}.k{width:96px!important}}";

    public const string Body = "margin:0;padding:0;background:#F6F7F9";

    public const string Card = "width:100%;max-width:600px;background:#FFFFFF;border:1px solid #DDE1E7;border-collapse:separate;border-radius:8px";

    public const string Line = "margin:0;" + Face + "font-size:14px;line-height:22px;color:#454D5A";

    public const string Heading = "margin:0;" + Face + "font-size:22px;line-height:29px;font-weight:650;color:#14181F;word-break:break-word";

    public const string Subheading = "margin:0;" + Face + "font-size:15px;line-height:21px;font-weight:650;color:#14181F";

    public const string Lead = "margin:0;" + Face + "font-size:15px;line-height:22px;color:#454D5A;word-break:break-word";

    public const string Remark = "margin:0;" + Face + "font-size:13px;line-height:20px;font-weight:600;color:#454D5A";

    public const string Code = "background:#EEF0F3;border:1px solid #DDE1E7;border-radius:6px;padding:11px 13px;font-family:Consolas,Menlo,'SF Mono','DejaVu Sans Mono',monospace;"
        + "font-size:13px;line-height:20px;color:#454D5A;white-space:pre-wrap;word-break:break-word";

    public const string FirstButton = "display:inline-block;background:#0B5CAD;border:1px solid #0B5CAD;color:#FFFFFF;" + Button;

    public const string OtherButton = "display:inline-block;background:#FFFFFF;border:1px solid #7F8896;color:#14181F;" + Button;

    public const string FactName = "width:120px;padding:4px 12px 4px 0;" + Face + "font-size:14px;line-height:20px;color:#5C6675";

    public const string FactValue = "padding:4px 0;" + Face + "font-size:14px;line-height:20px;color:#14181F;word-break:break-word";

    public const string Check = "width:22px;padding:3px 0;" + Face + "font-size:14px;line-height:20px;color:#27704E";

    public const string WhyStage = "width:84px;padding:3px 10px 3px 0;" + Face + "font-size:14px;line-height:20px;color:#5C6675";

    public const string WhyReason = "padding:3px 0;" + Face + "font-size:14px;line-height:20px;color:#454D5A;word-break:break-word";

    public const string Foot = "margin:0;" + Face + "font-size:12px;line-height:18px;color:#5C6675";

    public const string Anchor = "color:#0B5CAD;text-decoration:underline";

    private const string Button = "border-radius:6px;padding:11px 18px;" + Face + "font-size:14px;line-height:20px;font-weight:600;text-decoration:none;text-align:center";

    private const string Plate = "display:inline-block;padding:1px 9px;border-radius:3px;" + Face + "font-size:13px;line-height:19px;font-weight:600;";

    /// <summary>Prod is the only solid plate; environments differ by fill and line, because hue belongs to severity.</summary>
    public static (string Class, string Style) PlateOf(EnvironmentClass environment, string name) => (environment, name) switch
    {
        (_, DeploymentEnvironment.UnknownName) => ("unk", Plate + "background:#FFFFFF;color:#5C6675;border:1px dotted #5C6675"),
        (EnvironmentClass.Production, _) => ("prod", Plate + "background:#14181F;color:#FFFFFF;border:1px solid #14181F"),
        (EnvironmentClass.Development, _) => ("dev", Plate + "background:#E3F3F0;color:#0E6B5C;border:1px dashed #0E6B5C"),
        (EnvironmentClass.Ephemeral, _) => ("eph", Plate + "background:#EDF0F4;color:#4A5568;border:1px solid #EDF0F4"),
        _ => ("stg", Plate + "background:#EFEBFB;color:#5B3FB5;border:1px solid #5B3FB5"),
    };

    public static (string Class, string Color) ToneOf(NoticeTone tone) => tone switch
    {
        NoticeTone.Critical => ("crit", "#9C0F3C"),
        NoticeTone.Warning => ("warn", "#7A5600"),
        NoticeTone.Information => ("info", "#0B62A8"),
        NoticeTone.Good => ("okc", "#27704E"),
        _ => ("erro", "#B93A0E"),
    };

    public static string BarOf(NoticeTone tone) => tone switch
    {
        NoticeTone.Critical => "#A5103F",
        NoticeTone.Warning => "#F0B429",
        NoticeTone.Information => "#0B62A8",
        NoticeTone.Good => "#27704E",
        _ => "#D1431A",
    };
}
