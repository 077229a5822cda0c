using System.Collections.Immutable;
using System.Globalization;
using LuckyGraph.Language;

namespace LuckyGraph.Fusion.Metadata;

/// <summary>What <c>@cacheControl</c> says of a type or field.</summary>
/// <param name="MaxAge">How many seconds an answer with it may be stored; null when it does not say.</param>
/// <param name="IsPrivate">Whether it is for one caller only.</param>
/// <param name="InheritMaxAge">Whether it takes the time of the field it lies below.</param>
public sealed record CacheHint(int? MaxAge, bool IsPrivate, bool InheritMaxAge)
{
    internal static CacheHint? Read(ImmutableArray<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            if (directive.Name.Value != ExecutionVocabulary.CacheControl)
            {
                continue;
            }

            int? maxAge = null;
            var (isPrivate, inherit) = (false, false);
            foreach (var argument in directive.Arguments)
            {
                switch (argument.Name.Value, argument.Value)
                {
                    case ("maxAge", IntValueNode value):
                        maxAge = int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
                        break;
                    case ("isPrivate", BooleanValueNode value):
                        isPrivate = value.Value;
                        break;
                    case ("inheritMaxAge", BooleanValueNode value):
                        inherit = value.Value;
                        break;
                }
            }

            return new CacheHint(maxAge, isPrivate, inherit);
        }

        return null;
    }
}
