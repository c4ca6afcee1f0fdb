using System.Text.Json.Serialization;

namespace Observability.Portal.Reading;

/// <summary>
/// The shapes that the services answer. Members they add are ignored, members they leave out keep their default: either side may be newer. That is why
/// those with a default are settable: generated readers overwrite a missing init-only member with null.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(AlertListAnswer))]
[JsonSerializable(typeof(WhyAnswer))]
[JsonSerializable(typeof(RunPage))]
[JsonSerializable(typeof(RunDetail))]
[JsonSerializable(typeof(IReadOnlyList<NoticeView>))]
[JsonSerializable(typeof(NoticeView))]
[JsonSerializable(typeof(IReadOnlyList<ReceiverView>))]
[JsonSerializable(typeof(IReadOnlyList<SourceView>))]
internal sealed partial class BackendJson : JsonSerializerContext;
